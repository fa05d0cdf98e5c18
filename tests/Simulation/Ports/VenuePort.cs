using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Observing;
using Rebalancer.Simulation.Processes;
using Rebalancer.Simulation.World;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Ports;

/// <summary>One process's connection to one account, over which anything may go wrong. What the venue does goes on when the process is dead.</summary>
internal sealed partial class VenuePort(ClusterWorld world, SimulatedProcess process, string account) : IVenue
{
    private readonly SimulatedVenue _venue = new(world.Venues.DeskOf(account), account, world.Clock);
    private readonly FaultInjector _faults = world.Faults;

    public VenueCapabilities Capabilities => _venue.Capabilities;

    private DateTimeOffset Now => world.Clock.GetUtcNow();

    public Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) => QueryAsync("markets", async () =>
    {
        var rules = world.Venues.ConditionsOf(account).Apply(await _venue.GetMarketsAsync(cancellationToken));
        world.Observe(new Observation.RulesGiven(Now, account, rules));
        return rules;
    });

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => QueryAsync("balances", async () =>
    {
        var report = await (Strikes(FaultKind.BalancesLate, "balances")
            ? Lagging(() => _venue.GetBalancesAsync(cancellationToken)) : _venue.GetBalancesAsync(cancellationToken));
        var skew = world.Venues.ConditionsOf(account).ClockOffset;
        report = report with { At = report.At + skew };
        if (Strikes(FaultKind.ErrorAsEmpty, "balances"))
            report = report with { Balances = [] };
        else if (report.Balances.Count > 0 && Strikes(FaultKind.AssetMissing, "balances"))
            report = report with { Balances = Without(report.Balances, FaultKind.AssetMissing, "balances") };
        world.Observe(new Observation.BalancesGiven(
            Now, account, process.Id, skew - (process.Clock.GetUtcNow() - Now), [.. report.Balances.Where(balance => balance.Total != 0).Select(balance => balance.Asset)]));
        return report;
    });

    public Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) => QueryAsync("find", async () =>
    {
        var found = await _venue.FindOrderAsync(clientOrderId, market, cancellationToken);
        return Strikes(FaultKind.OrderVanished, "find") || Strikes(FaultKind.ErrorAsEmpty, "find")
            || (found is { Status: not VenueOrderStatus.Open } && Strikes(FaultKind.ClosedOrderGap, "find"))
            ? null : found;
    });

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => QueryAsync("open", async () =>
        Partial(await _venue.GetOpenOrdersAsync(cancellationToken), "open"));

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) => QueryAsync("closed", async () =>
    {
        var closed = await _venue.GetClosedOrdersAsync(since, cancellationToken);
        if (Strikes(FaultKind.ClosedOrderGap, "closed"))
            closed = [.. closed.Where(order => order.At < Now.AddSeconds(-20))];
        return Partial(closed, "closed");
    });

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) => QueryAsync("fills", async () =>
    {
        var page = await (Strikes(FaultKind.FillsLate, "fills") ? Lagging(() => _venue.GetFillsAsync(cursor, since, cancellationToken))
            : Strikes(FaultKind.FillsReplayed, "fills") ? _venue.GetFillsAsync(null, since, cancellationToken)
            : Strikes(FaultKind.FillsRepeated, "fills")
                ? world.Venues.Asked(account, () => _venue.GetFillsAsync(cursor, since, cancellationToken), repeated: 1)
            : _venue.GetFillsAsync(cursor, since, cancellationToken));
        if (page.Fills.Count > 0 && Strikes(FaultKind.FillsReordered, "fills"))
            page = page with { Fills = [.. page.Fills.Reverse(), page.Fills[0]] };
        // As if the rest of the page were not there yet: its cursor goes back with it.
        return page.Fills.Count > 0 && Strikes(FaultKind.FillsWithheld, "fills") ? new FillPage([], cursor) : page;
    });

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) => QueryAsync("transfers", async () =>
    {
        var transfers = await _venue.GetTransfersAsync(since, cancellationToken);
        return Strikes(FaultKind.ErrorAsEmpty, "transfers") ? [] : transfers;
    });

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) => QueryAsync("quotes", async () =>
    {
        // No decimal can hold one: the client that reads it refuses the answer.
        if (Strikes(FaultKind.PriceNotANumber, "quotes"))
            throw new VenueException(VenueErrorKind.Malformed, "a price is NaN");
        var conditions = world.Venues.ConditionsOf(account);
        var quotes = (await _venue.GetQuotesAsync(markets, cancellationToken))
            .Where(quote => conditions.IsListed(quote.Market.Asset)).Select(quote => quote with { At = quote.At + conditions.ClockOffset }).ToList();
        for (var index = quotes.Count - 1; index >= 0; index--)
        {
            var quote = quotes[index];
            if (Strikes(FaultKind.PriceAbsent, "quotes"))
                quotes.RemoveAt(index);
            else if (Strikes(FaultKind.PriceZero, "quotes"))
                quotes[index] = quote with { Bid = 0, Ask = 0 };
            else if (Strikes(FaultKind.PriceCrossed, "quotes"))
                quotes[index] = quote with { Bid = quote.Ask * 1.05m, Ask = quote.Bid };
            else if (Strikes(FaultKind.PriceFrozen, "quotes"))
                quotes[index] = Frozen(quote);
        }

        return (IReadOnlyList<Quote>)quotes;
    });

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        QueryAsync("bars", () => _venue.GetBarsAsync(market, frame, since, cancellationToken));

    public Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) => AsProcessAsync(() =>
        Strikes(FaultKind.SendLostBefore, "cancel") ? Task.FromResult(CancelOutcome.Ambiguous)
        : Strikes(FaultKind.SendReplyLost, "cancel") ? AnsweredAsync(_venue.CancelAsync(clientOrderId, market, CancellationToken.None), CancelOutcome.Ambiguous)
        : _venue.CancelAsync(clientOrderId, market, cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Strikes(FaultKind kind, string what) => _faults.Strikes(kind, Site(what));

    private string Site(string what) => $"{account}/{what}";

    /// <summary>A question: reached from the process, answered by the venue, brought back to the process if it is still there.</summary>
    private async Task<T> QueryAsync<T>(string what, Func<Task<T>> ask)
    {
        if (Strikes(FaultKind.QueryHung, what))
        {
            await Task.Delay(_faults.Seconds(FaultKind.QueryHung, Site(what), 5, 40), process.Clock);
            throw new VenueException(VenueErrorKind.Unavailable, "no answer within the time-out");
        }

        if (what is not ("quotes" or "markets" or "bars") && world.IsUnreachable(account))
            throw new VenueException(VenueErrorKind.Unavailable, "the account's own queries are not answered");
        if (Strikes(FaultKind.QueryFailed, what))
            throw Failure(_faults.Size(FaultKind.QueryFailed, Site(what), 0, 1));
        return await AsProcessAsync(() => Strikes(FaultKind.QueryLagging, what) ? Lagging(ask) : ask());
    }

    private static VenueException Failure(double size) => size switch
    {
        < 0.4 => new VenueException(VenueErrorKind.Unavailable, "server error 503"),
        < 0.7 => new VenueException(VenueErrorKind.RateLimited, "too many requests (429)", TimeSpan.FromSeconds(1)),
        < 0.8 => new VenueException(VenueErrorKind.RateLimited, "banned for a while (418)", TimeSpan.FromSeconds(10)),
        _ => new VenueException(VenueErrorKind.Malformed, "the answer is cut off"),
    };

    private Task<T> Lagging<T>(Func<Task<T>> ask) => world.Venues.Asked(account, ask, stale: 1);

    /// <summary>Runs the venue's side outside the process; only the way back is the process's own.</summary>
    private async Task<T> AsProcessAsync<T>(Func<Task<T>> ask) => await world.Outside(ask);

    private static async Task<T> AnsweredAsync<T>(Task<T> work, T answer)
    {
        await work;
        return answer;
    }

    private IReadOnlyList<VenueOrder> Partial(IReadOnlyList<VenueOrder> orders, string what) =>
        Strikes(FaultKind.ErrorAsEmpty, what) ? []
        : orders.Count > 0 && Strikes(FaultKind.OrderVanished, what) ? Without(orders, FaultKind.OrderVanished, what)
        : orders.Count > 1 && Strikes(FaultKind.PageMissing, what) ? [.. orders.Take(orders.Count / 2)]
        : orders;

    private List<T> Without<T>(IReadOnlyList<T> all, FaultKind kind, string what)
    {
        var missing = (int)_faults.Size(kind, Site(what), 0, all.Count - 0.001);
        return [.. all.Where((_, index) => index != missing)];
    }

    private Quote Frozen(Quote quote)
    {
        var age = _faults.Seconds(FaultKind.PriceFrozen, Site("quotes"), 3, 60);
        var old = world.Venues.TrueQuote(account, quote.Market, Now - age);
        return old with { At = old.At + world.Venues.ConditionsOf(account).ClockOffset };
    }
}
