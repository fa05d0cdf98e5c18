using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Accounts;

/// <summary>Reading the venue: on timers, one reading of a kind at a time, never waiting for it in the mailbox.</summary>
public sealed partial class AccountActor
{
    private readonly ReadingRounds _rounds;
    private AccountReadings _readings;

    /// <summary>Since when and why the venue does not answer; null while it does.</summary>
    private string? _venueDown;

    private void StartPolling()
    {
        var self = Context.Self;
        Venue.HearOfOrders(() => self.Tell(new AccountMessage.Poll(Reading.Evidence), self));
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
            case AccountMessage.PollAfresh:
                _rounds.RepeatUnderWay(Reading.Balances);
                Poll(Reading.Balances);
                break;
            case AccountMessage.Tick:
                await CommitAsync(_account.Tick(Circumstances));
                RepeatCancels();
                PollMarketsAtTheBell();
                break;
            case AccountMessage.MarketsRead read when Counts(Reading.Markets):
                _readings = _readings.WithMarkets(read.AskedAt, read.Markets);
                Poll(Reading.Quotes);
                break;
            case AccountMessage.QuotesRead read when Counts(Reading.Quotes):
                _readings = _readings.WithQuotes(read.Quotes);
                TellPortfolio();
                break;
            case AccountMessage.BalancesRead read when Counts(Reading.Balances):
                await OnBalancesAsync(read.Result);
                PollAgainIfWanted(Reading.Balances);
                break;
            case AccountMessage.EvidenceRead read when Counts(Reading.Evidence):
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
                PollAgainIfWanted(failed.Reading);
                break;
        }
    }

    private void PollAgainIfWanted(Reading reading)
    {
        if (_rounds.TakeRepeat(reading))
        {
            Poll(reading);
        }
    }

    private void Poll(Reading reading)
    {
        if (!IsWorthAsking(reading) || !_rounds.TryBegin(reading, Now))
        {
            return;
        }

        var reader = new VenueReader(Venue, Context.Clock);
        var (cursor, fillsSince, clock) = (_account.FillCursor, FillsSince, Context.Clock);
        switch (reading)
        {
            case Reading.Markets:
                Pipe(
                    async token =>
                    {
                        var askedAt = clock.GetUtcNow();
                        return new AccountMessage.MarketsRead(askedAt, await Venue.GetMarketsAsync(token));
                    },
                    read => read, reading);
                break;
            case Reading.Quotes:
                var markets = _readings.Markets.Values.Select(rules => rules.Market).ToList();
                Pipe(token => Venue.GetQuotesAsync(markets, token), quotes => new AccountMessage.QuotesRead(quotes), reading);
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

    /// <summary>Rules are read too rarely to notice that a session has begun or ended.</summary>
    private void PollMarketsAtTheBell()
    {
        bool HasCome(DateTimeOffset? moment) => moment <= Now && moment > _readings.MarketsReadAt;
        if (_readings.Markets.Values.Any(rules => HasCome(rules.NextOpen) || HasCome(rules.NextClose)))
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
        Context.PipeToSelf(
            _settings.TakeTurn is { } take ? token => InTurnAsync(take, ask, token) : ask, answer => success(answer),
            error => new AccountMessage.ReadFailed(reading, error));

    /// <summary>The turn is waited for before anything notes when it asks: ages and the time between two readings count from the asking.</summary>
    private static async Task<T> InTurnAsync<T>(
        Func<CancellationToken, Task<IDisposable>> take, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var turn = await take(cancellationToken);
        return await ask(cancellationToken);
    }
}
