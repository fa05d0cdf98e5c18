using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Accounts;

/// <summary>Reading the venue: on timers, one reading of a kind at a time, never waiting for it in the mailbox.</summary>
public sealed partial class AccountActor
{
    private readonly ReadingRounds _rounds;
    private string _evidenceFailures = "";
    private AccountReadings _readings;
    private ImmutableSortedDictionary<string, DenialTally> _denials = ImmutableSortedDictionary<string, DenialTally>.Empty;

    /// <summary>Since when and why the venue does not answer; null while it does.</summary>
    private string? _venueDown;

    private void StartPolling()
    {
        StartPolling(Reading.Markets, _settings.MarketPollInterval);
        StartPolling(Reading.Balances, _settings.PollInterval);
        StartPolling(Reading.Quotes, _settings.QuotePollInterval);
        StartPolling(Reading.Evidence, Timings.EvidenceInterval);
        Context.StartPeriodicTimer("tick", new AccountMessage.Tick(), Timings.EvidenceInterval);
        Poll(Reading.Markets);
        Poll(Reading.Balances);
    }

    private void StartPolling(Reading reading, TimeSpan interval) => Context.StartPeriodicTimer(reading.ToString(), new AccountMessage.Poll(reading), interval);

    private async ValueTask OnOwnMessageAsync(AccountMessage message)
    {
        switch (message)
        {
            case AccountMessage.Poll poll:
                Poll(poll.Reading);
                break;
            case AccountMessage.Tick:
                await CommitAsync(_account.Tick(Circumstances));
                RepeatCancels();
                PollMarketsAtTheOpen();
                break;
            case AccountMessage.MarketsRead read:
                Ended(Reading.Markets);
                _readings = _readings.WithMarkets(read.AskedAt, read.Markets);
                Poll(Reading.Quotes);
                break;
            case AccountMessage.QuotesRead read:
                Ended(Reading.Quotes);
                _readings = _readings.WithQuotes(read.Quotes);
                TellPortfolio();
                break;
            case AccountMessage.BalancesRead read:
                Ended(Reading.Balances);
                await OnBalancesAsync(read.Result);
                break;
            case AccountMessage.EvidenceRead read:
                Ended(Reading.Evidence);
                await OnEvidenceAsync(read.Evidence);
                break;
            case AccountMessage.CancelAnswered answered:
                await CommitAsync(_account.ReportCancel(answered.IntentId, answered.Outcome, Now));
                Poll(Reading.Evidence);
                break;
            case AccountMessage.HistoryRead read:
                OnHistoryRead(read);
                break;
            case AccountMessage.HistoryFailed failed:
                OnHistoryFailed(failed);
                break;
            case AccountMessage.ReadFailed failed:
                OnReadFailed(failed);
                break;
        }
    }

    private void Poll(Reading reading)
    {
        if (!IsWorthAsking(reading) || !_rounds.TryBegin(reading, Now))
        {
            return;
        }

        var reader = new VenueReader(_venue, Context.Clock);
        var (cursor, fillsSince, askedAt) = (_account.FillCursor, FillsSince, Now);
        switch (reading)
        {
            case Reading.Markets:
                Pipe(_venue.GetMarketsAsync, markets => new AccountMessage.MarketsRead(askedAt, markets), reading);
                break;
            case Reading.Quotes:
                var markets = _readings.Markets.Values.Select(rules => rules.Market).ToList();
                Pipe(token => _venue.GetQuotesAsync(markets, token), quotes => new AccountMessage.QuotesRead(quotes), reading);
                break;
            case Reading.Balances:
                Pipe(token => reader.ReadBalancesAsync(cursor, fillsSince, token), result => new AccountMessage.BalancesRead(result), reading);
                break;
            case Reading.Evidence:
                var orders = OrdersToAskAbout();
                Pipe(
                    token => reader.ReadEvidenceAsync(orders, Timings.EvidenceMargin, token),
                    evidence => new AccountMessage.EvidenceRead(evidence), reading);
                break;
        }
    }

    /// <summary>Rules are read too rarely to notice that a session has begun.</summary>
    private void PollMarketsAtTheOpen()
    {
        if (_readings.Markets.Values.Any(rules => rules.NextOpen <= Now && rules.NextOpen > _readings.MarketsReadAt))
        {
            Poll(Reading.Markets);
        }
    }

    private DateTimeOffset FillsSince => _account.ForgottenBefore > _account.OpenedAt ? _account.ForgottenBefore : _account.OpenedAt;

    private bool IsWorthAsking(Reading reading) => reading switch
    {
        Reading.Quotes => !_readings.Markets.IsEmpty,
        Reading.Evidence => _account.LiveOrders.Any(order => order.State != OrderState.Quarantined)
            || (_account.QuarantinedOrders.Any() && IsQuarantineDue),
        _ => true,
    };

    private void Pipe<T>(Func<CancellationToken, Task<T>> ask, Func<T, AccountMessage> success, Reading reading) =>
        Context.PipeToSelf(ask, answer => success(answer), error => new AccountMessage.ReadFailed(reading, error));

    private async ValueTask OnBalancesAsync(BalanceReading reading)
    {
        _readings = _readings with { OrdersReadAt = reading.OrdersAskedAt, FillsReadAt = reading.FillsAskedAt };
        await CommitAsync(_account.BookFills(reading.Fills.Fills, reading.Fills.Cursor, Now));
        await CommitAsync(_account.WeighOpenOrders(reading.Open, reading.OrdersAskedAt, Circumstances));
        var round = _account.ReportBalances(reading.Balances, reading.Transfers, reading.BalancesAskedAt, Circumstances);
        await CommitAsync(round.Events);
        _readings = _readings with
        {
            BalancesReadAt = reading.BalancesAskedAt, Unexplained = round.Unexplained, PendingTransfers = round.PendingTransfers,
            LockedByOthers = _account.LockedByOthers(reading.Open, _readings),
            ClockSkew = AccountReadings.Skew(reading.Balances.At, reading.BalancesAskedAt, reading.BalancesAnsweredAt),
        };
        await CommitAsync(_account.Tick(Circumstances));
        TellPortfolio();
        AnswerReports();
    }

    private async ValueTask OnEvidenceAsync(OrderEvidence evidence)
    {
        var failures = string.Join("; ", evidence.Failures);
        if (failures != _evidenceFailures && failures.Length > 0)
        {
            Context.Log.LogWarning("Account {Account}: no evidence of orders from {Failures}", _settings.Id, failures);
        }

        _evidenceFailures = failures;
        var round = _account.Weigh(evidence, _denials, Circumstances);
        _denials = round.Denials;
        await CommitAsync(round.Events);
    }

    /// <summary>The last readings stay, and age; their age is what stops trading on them.</summary>
    private void OnReadFailed(AccountMessage.ReadFailed failed)
    {
        var (isFirst, repeatAfter) = _rounds.Failed(failed.Reading, failed.Error, Now);
        if (isFirst)
        {
            Context.Log.LogWarning(failed.Error, "Account {Account}: reading {Reading} failed", _settings.Id, failed.Reading);
        }

        if (repeatAfter is { } wait)
        {
            Context.StartTimer($"repeat {failed.Reading}", new AccountMessage.Poll(failed.Reading), wait);
        }

        if (failed.Reading != Reading.Evidence && _venueDown is null)
        {
            _venueDown = $"venue down since {Now:O}: {failed.Error.Message}";
            TellPortfolio();
        }

        if (failed.Reading == Reading.Balances)
        {
            AnswerReports();
        }
    }

    private void Ended(Reading reading)
    {
        _rounds.Succeeded(reading);
        if (_venueDown is not null && reading == Reading.Balances)
        {
            Context.Log.LogInformation("Account {Account}: the venue answers again", _settings.Id);
            _venueDown = null;
        }
    }
}
