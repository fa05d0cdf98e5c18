using Microsoft.Extensions.Logging;
using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Actors.Accounts;

/// <summary>Past prices, which the account's venue is asked for on behalf of its portfolio.</summary>
public sealed partial class AccountActor
{
    private HistoryCache _history = HistoryCache.Empty;

    private void OnGetHistory(GetHistory get)
    {
        var (asker, reader, known) = (Context.Sender, new HistoryReader(_settings.Id, Venue, Venue.Capabilities.Name, _settings.History), _history);
        Context.PipeToSelf(
            token => reader.ReadAsync(get, known, token),
            read => new AccountMessage.HistoryRead(asker, read.Answer, read.Cache),
            error => new AccountMessage.HistoryFailed(asker, get, error));
    }

    private void OnHistoryRead(AccountMessage.HistoryRead read)
    {
        _history = read.Cache;
        read.Asker.Tell(read.Answer, Context.Self);
    }

    /// <summary>Anything but a failure of the venue is a fault of ours: the asker learns of it, and so does the log.</summary>
    private void OnHistoryFailed(AccountMessage.HistoryFailed failed)
    {
        Context.Log.LogError(failed.Error, "Account {Account}: the history could not be read", _settings.Id);
        failed.Asker.Tell(
            new HistoryAnswer([.. failed.Get.Markets.Select(market => new MarketBars(new AskedMarket(_settings.Id, market), [], failed.Error.Message))]), Context.Self);
    }
}
