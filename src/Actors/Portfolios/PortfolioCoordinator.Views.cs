using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Actors.Portfolios;

/// <summary>What others are shown of a portfolio.</summary>
public sealed partial class PortfolioCoordinator
{
    /// <summary>An asset younger than this has too little history to say anything of its risk.</summary>
    private const int LeastHistoryDays = 30;

    private PortfolioView View() =>
        PortfolioViews.Portfolio(_state, Settings, _readings, _state.Pause is null ? _waitingFor : [], Now, _schedule?.Next(Now)?.At);

    private PortfolioHoldings Holdings() => PortfolioViews.Holdings(Settings, _readings, Now);

    /// <summary>Asked of the accounts off the mailbox; the answer goes to the asker through this actor, like every other.</summary>
    private void AnswerHistory(GetPriceHistory get)
    {
        var asker = Context.Sender;
        var readings = Settings.Accounts.Select(id => _readings.GetValueOrDefault(id)).OfType<AccountReading>().ToList();
        var assets = Settings.Targets.Weights.Keys.Concat(Settings.Targets.Assets).Concat(_state.Computed?.Weights.Keys ?? Enumerable.Empty<string>())
            .Concat(readings.SelectMany(reading => reading.Balances).Where(balance => !balance.IsCurrency && balance.Total > 0).Select(balance => balance.Asset))
            .Where(asset => asset != Settings.BaseCurrency && !Settings.Unmanaged.Contains(asset))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var settings = Settings with
        {
            Targets = new TargetSettings(Settings.Targets.Method, [], assets)
            {
                Computed = new ComputedTargetSettings { LookbackDays = get.LookbackDays, MinHistoryDays = LeastHistoryDays },
            },
        };
        var (reader, now) = (new TargetHistoryReader(_settings, id => Context.System.Entity($"account/{id}"), Context.Clock), Now);
        Context.PipeToSelf(
            token => reader.ReadAsync(settings, readings, now, token),
            outcome => new CoordinatorMessage.PricesGathered(asker, outcome switch
            {
                HistoryOutcome.Ready ready => new PriceHistory(ready.History, ready.Warnings),
                HistoryOutcome.Missing missing => new PriceHistory(null, missing.Reasons),
                _ => throw new InvalidOperationException($"A history is ready or missing, not {outcome.GetType().Name}."),
            }),
            error =>
            {
                Context.Log.LogError(error, "Portfolio {Portfolio}: the price history could not be read", settings.Id);
                return new CoordinatorMessage.PricesGathered(asker, new PriceHistory(null, [$"the price history could not be read: {error.Message}"]));
            });
    }
}
