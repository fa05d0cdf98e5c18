using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.Observing;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Invariants;

/// <summary>4: nothing is armed on old balances, prices or rules, across skewed clocks, or beside an Unknown order in one of its assets.</summary>
internal sealed class FreshInputs() : Invariant(4, "permits rest on fresh readings")
{
    private static readonly TimeSpan BrokerPriceAge = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(5);

    /// <summary>By account, the latest readings of balances, oldest first.</summary>
    private readonly SortedDictionary<string, List<Observation.BalancesGiven>> _readings = new(StringComparer.Ordinal);

    public override void Before(Observation observation, ShadowBooks books)
    {
        if (observation is Observation.BalancesGiven given)
            Remember(given);
        if (observation is not Observation.Appended appended || ShadowBooks.AccountOf(appended.Entity) is not { } account)
            return;
        foreach (var armed in appended.Events.OfType<OrderArmed>())
            Judge(appended, account, books.Of(account), armed);
    }

    private void Remember(Observation.BalancesGiven given)
    {
        if (!_readings.TryGetValue(given.Account, out var readings))
            _readings.Add(given.Account, readings = []);
        readings.Add(given);
        if (readings.Count > 40)
            readings.RemoveRange(0, 20);
    }

    private void Judge(Observation.Appended appended, string name, ShadowAccount account, OrderArmed armed)
    {
        var market = armed.Request.Market;
        var timings = OrderTimings.Default;
        Require(armed.At - armed.BalancesReadAt <= timings.MaxBalanceAge, "balances", armed.At - armed.BalancesReadAt);
        Require(armed.At - armed.Quote.At <= (account.IsBroker ? BrokerPriceAge : timings.MaxPriceAge), "the price", armed.At - armed.Quote.At);
        Require(armed.At - armed.RulesReadAt <= timings.MaxRulesAge, "rules", armed.At - armed.RulesReadAt);
        foreach (var asset in new[] { market.Asset, market.Quote })
        {
            if (account.Moves.TryGetValue(asset, out var moved) && armed.BalancesReadAt < moved + timings.SettleDelay - Rounding)
                Report(appended.At, $"{armed.IntentId} of {name} was armed on balances read {(armed.BalancesReadAt - moved).TotalSeconds:0.###} s after {asset} moved");
            if (account.Orders.Values.FirstOrDefault(order => order.State == OrderState.Unknown && order.Planned.Touches(asset)) is { } unknown)
                Report(appended.At, $"{armed.IntentId} of {name} was armed beside Unknown {unknown.Planned.IntentId}");
        }

        // The reading it rests on; latency is taken for skew at worst by half of a round trip, here well under a second.
        var readAt = armed.BalancesReadAt - appended.ClockOffset;
        var reading = _readings.GetValueOrDefault(name)?.FirstOrDefault(given => given.At >= readAt && given.Process == appended.Process);
        if (reading?.Skew.Duration() > timings.MaxClockSkew + TimeSpan.FromSeconds(1))
            Report(appended.At, $"{armed.IntentId} of {name} was armed though the clocks are {reading.Skew.TotalSeconds:0.###} s apart");
        void Require(bool holds, string what, TimeSpan age)
        {
            if (!holds)
                Report(appended.At, $"{armed.IntentId} of {name} was armed on {what} {age.TotalSeconds:0.###} s old");
        }
    }
}

/// <summary>5: with everything live filled at its worst, cash stays positive and every cap holds; a buy spends only what was read as there.</summary>
internal sealed class WithinFunds() : Invariant(5, "worst case stays within funds and caps")
{
    public override void After(Observation observation, ShadowBooks books)
    {
        if (observation is not Observation.Appended appended || ShadowBooks.AccountOf(appended.Entity) is not { } name)
            return;
        var account = books.Of(name);
        foreach (var armed in appended.Events.OfType<OrderArmed>())
        {
            var asset = armed.Reservation.Asset;
            var available = account.Reported.TryGetValue(asset, out var balance) ? balance.Free + balance.Locked : 0;
            var committed = account.Live.Where(order => Spends(order) == asset).Sum(Worst);
            if (committed > available + 0.01m)
                Report(appended.At, $"{name} has {committed} {asset} committed and {available} read, since {armed.IntentId}");
            else if (account.Book is { } book && !book.Fills.Any(fill => !ClientOrderId.IsOurs(fill.ClientOrderId)))
                HoldAgainstTruth(appended.At, name, account, book, armed);
            if (armed.Request.Side == TradeSide.Buy)
                HoldAgainstCap(appended.At, name, account, armed);
        }
    }

    /// <summary>What was read must also have been there, or have come since. Somebody who trades by hand may take it away at any moment, and what was just withdrawn is counted with it.</summary>
    private void HoldAgainstTruth(DateTimeOffset at, string name, ShadowAccount account, AccountBook book, OrderArmed armed)
    {
        var asset = armed.Reservation.Asset;
        var unsent = account.Live.Where(order => Spends(order) == asset && book.Find(order.Planned.ClientOrderId) is null).Sum(Worst);
        var taken = -book.Transfers.Where(transfer => transfer.Asset == asset && transfer.Amount < 0 && transfer.At > at.AddMinutes(-2)).Sum(transfer => transfer.Amount);
        if (unsent > book[asset].Free + book[asset].Unsettled + taken + 0.01m)
            Report(at, $"{name} has {unsent} {asset} committed beside its orders at the venue, which has {book[asset].Free} free");
    }

    private void HoldAgainstCap(DateTimeOffset at, string name, ShadowAccount account, OrderArmed armed)
    {
        var asset = armed.Request.Market.Asset;
        var held = account.Reported.TryGetValue(asset, out var balance) ? balance.Total : 0;
        if (account.Orders[armed.IntentId].Plan?.Terms.Limits is not { } limits || !limits.MaxByAsset.TryGetValue(asset, out var most))
            return;
        var price = armed.Request.LimitPrice ?? armed.Quote.Ask;
        var worst = (held + account.Live.Where(order => order.Planned.Market.Asset == asset && order.Planned.Side == TradeSide.Buy).Sum(order => order.Remaining)) * price;
        // Holdings at the decision's price, the order at its own: they may differ by the collar.
        if (worst > most * 1.02m)
            Report(at, $"{name} may come to hold {worst} in {asset}, cap {most}");
    }

    private static string Spends(ShadowOrder order) => order.Planned.Side == TradeSide.Buy ? order.Planned.Market.Quote : order.Planned.Market.Asset;

    /// <summary>Without fees: what fees take is in the reservation, and checked by the venue.</summary>
    private static decimal Worst(ShadowOrder order) => order.Planned.Side == TradeSide.Sell ? order.Remaining
        : order.Remaining * (order.Armed!.Request.LimitPrice ?? order.Armed.Quote.Ask);
}

/// <summary>7: sends keep the account's rate, a day's turnover its cap, and the same refusal is not provoked a fourth time.</summary>
internal sealed class WithinBudgets() : Invariant(7, "sends stay within their budgets")
{
    /// <summary>Refusals in a row, by account and side of a market: the code they share, and when they came.</summary>
    private readonly SortedDictionary<(string Account, string Market), (string Code, List<DateTimeOffset> At)> _rejects = [];

    public override void After(Observation observation, ShadowBooks books)
    {
        if (observation is Observation.SendStarted started)
            OnSend(started, books.Of(started.Account));
        if (observation is Observation.Appended appended && ShadowBooks.AccountOf(appended.Entity) is { } name)
            OnAppended(appended, name, books.Of(name));
    }

    private void OnSend(Observation.SendStarted started, ShadowAccount account)
    {
        // Permits are budgeted, and a pause may bunch what was permitted well apart; a whole second of slack allows for it.
        var recent = account.Sends.Count(at => at > started.At - TimeSpan.FromSeconds(1));
        if (recent > (2 * account.SubmitsPerSecond) + 1)
            Report(started.At, $"{started.Account} sent {recent} orders within a second");
    }

    private void OnAppended(Observation.Appended appended, string name, ShadowAccount account)
    {
        foreach (var happening in appended.Events)
        {
            if (happening is OrderEvent orderEvent and not (OrderArmed or OrderDenied) && account.Orders.TryGetValue(orderEvent.IntentId, out var order) && order.Armed is not null)
                OnOutcome(Key(name, order), (orderEvent as OrderRejected)?.Code, appended.At);
            if (happening is OrderArmed armed)
                OnArmed(appended, name, account, armed);
        }
    }

    private void OnArmed(Observation.Appended appended, string name, ShadowAccount account, OrderArmed armed)
    {
        var order = account.Orders[armed.IntentId];
        var since = appended.At - OrderTimings.Default.RejectMemory + TimeSpan.FromSeconds(10);
        if (_rejects.TryGetValue(Key(name, order), out var alike) && alike.At.Count(at => at > since) >= 3)
            Report(appended.At, $"{armed.IntentId} of {name} was armed after {alike.At.Count} refusals alike ({alike.Code})");
        var day = account.Orders.Values.Where(other => other.Armed is { } permit && permit.At > armed.At.AddDays(-1))
            .Sum(other => other.Armed!.Request.Quantity * (other.Armed.Request.LimitPrice ?? other.Planned.ReferencePrice));
        // Only what was filled or may be counts in the end; what was armed and never traded is allowed for by the factor.
        if (order.Plan?.Terms.Limits?.MaxDaily is { } most && day > most * 4)
            Report(appended.At, $"{name} armed {day} within a day, cap {most}");
        var second = account.Orders.Values.Count(other => other.Armed is { } permit && (armed.At - permit.At).Duration() < TimeSpan.FromSeconds(1));
        if (second > account.SubmitsPerSecond)
            Report(appended.At, $"{name} armed {second} orders within a second");
    }

    /// <summary>Any other outcome ends the row; what is older than the memory of refusals no longer counts.</summary>
    private void OnOutcome((string Account, string Market) key, string? code, DateTimeOffset at)
    {
        if (code is null)
            _rejects.Remove(key);
        else if (_rejects.TryGetValue(key, out var row) && row.Code == code)
            row.At.Add(at);
        else
            _rejects[key] = (code, [at]);
    }

    private static (string Account, string Market) Key(string account, ShadowOrder order) =>
        (account, $"{order.Planned.Market} {order.Planned.Side}");
}

/// <summary>8: a halt wins over every permit not yet durable, and is answered only when permits already given can no longer be sent.</summary>
internal sealed class HaltWins() : Invariant(8, "halt wins")
{
    private readonly SortedSet<string> _scopes = new(StringComparer.Ordinal);

    public override void Before(Observation observation, ShadowBooks books)
    {
        switch (observation)
        {
            case Observation.Appended appended:
                OnAppended(appended, books);
                break;
            case Observation.HaltAnswered answered:
                foreach (var order in books.Of(answered.Account).Live.Where(order => order.State == OrderState.SendArmed))
                {
                    if (answered.At < order.ArmedAt + OrderTimings.Default.SendDeadline - TimeSpan.FromSeconds(1) && order.Sends == 0)
                        Report(answered.At, $"the halt of {answered.Account} was answered while {order.Planned.IntentId} could still be sent");
                }

                break;
        }
    }

    private void OnAppended(Observation.Appended appended, ShadowBooks books)
    {
        if (ShadowBooks.AccountOf(appended.Entity) is { } name)
        {
            var account = books.Of(name);
            foreach (var armed in appended.Events.OfType<OrderArmed>())
            {
                if (account.TradingState == TradingState.Halted || account.IsPaused)
                    Report(appended.At, $"{armed.IntentId} was armed though {name} is halted");
                if (account.TradingState == TradingState.Reducing && armed.Request.Side == TradeSide.Buy)
                    Report(appended.At, $"{armed.IntentId} buys though {name} only reduces");
                IReadOnlyList<string> scopes = account.Orders.TryGetValue(armed.IntentId, out var order) ? order.Plan?.Scopes ?? [] : [];
                if (armed.Request.Side == TradeSide.Buy)
                    scopes = [.. scopes, .. scopes.Select(HaltScope.BuysOf)];
                if (scopes.FirstOrDefault(_scopes.Contains) is { } halted)
                    Report(appended.At, $"{armed.IntentId} of {name} was armed though {halted} is halted");
            }
        }

        foreach (var change in appended.HaltChanges)
            _ = change.Halted ? _scopes.Add(change.Scope) : _scopes.Remove(change.Scope);
    }
}
