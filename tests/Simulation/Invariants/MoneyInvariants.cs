using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Simulation.Observing;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Invariants;

/// <summary>
/// 3: what is booked is what the venue booked, each fill once, fees in their own asset; at the end first reading, fills, fees and transfers add
/// up to the venue's balance, within the smallest unit a fill.
/// </summary>
internal sealed class BooksBalance() : Invariant(3, "books balance")
{
    private readonly SortedDictionary<(string Account, string Trade), int> _booked = [];

    public override void After(Observation observation, ShadowBooks books)
    {
        if (observation is Observation.Appended appended && ShadowBooks.AccountOf(appended.Entity) is { } name)
        {
            foreach (var happening in appended.Events)
            {
                var fill = (happening as FillBooked)?.Fill ?? (happening as ForeignFillObserved)?.Fill;
                if (fill is not null)
                    OnBooked(appended.At, name, books.Of(name), fill);
            }
        }
        else if (observation is Observation.Ended ended)
        {
            foreach (var (account, book) in ended.State.Books)
                OnEnd(ended, account, book);
        }
    }

    private void OnBooked(DateTimeOffset at, string name, ShadowAccount account, VenueFill fill)
    {
        var times = _booked[(name, fill.TradeId)] = _booked.GetValueOrDefault((name, fill.TradeId)) + 1;
        if (times > 1)
            Report(at, $"fill {fill.TradeId} of {name} was booked {times} times");
        var truth = account.Book?.Fills.FirstOrDefault(other => other.TradeId == fill.TradeId);
        if (truth is null)
            Report(at, $"{name} booked fill {fill.TradeId}, which the venue does not have");
        else if (truth.Quantity != fill.Quantity || truth.Price != fill.Price || truth.Fee != fill.Fee || truth.FeeAsset != fill.FeeAsset || truth.Side != fill.Side)
            Report(at, $"{name} booked fill {fill.TradeId} as {fill}, the venue has {truth}");
    }

    private void OnEnd(Observation.Ended ended, string name, AccountBook book)
    {
        if (!ended.State.Accounts.TryGetValue(name, out var account))
            return;
        // What others traded before the account was first opened is in its first reading.
        foreach (var fill in book.Fills.Where(fill => !_booked.ContainsKey((name, fill.TradeId)) && (ClientOrderId.IsOurs(fill.ClientOrderId) || fill.At >= account.OpenedAt)))
            Report(ended.At, $"fill {fill.TradeId} of {name} ({fill.Side} {fill.Quantity} {fill.Market}) was never booked");
        foreach (var asset in book.Balances.Keys.Union(account.Expected.Keys))
        {
            var difference = book[asset].Total - account.Expected.GetValueOrDefault(asset);
            if (Math.Abs(difference) > 0.01m * (1 + account.BookingsSinceMatch.GetValueOrDefault(asset)) * (asset == "USD" ? 1 : 0.000001m))
                Report(ended.At, $"the books of {name} have {account.Expected.GetValueOrDefault(asset)} {asset}, the venue {book[asset].Total}");
        }
    }
}

/// <summary>9: a missing asset, failed query or absent price is never taken for zero, empty or one.</summary>
internal sealed class NothingMadeUp() : Invariant(9, "nothing missing is made up")
{
    private readonly SortedDictionary<(string Account, string Market), Observation.MarketTruth> _truths = [];

    /// <summary>What an account's books have begun with or a later reading has shown.</summary>
    private readonly SortedSet<(string Account, string Asset)> _known = [];

    /// <summary>
    /// Held, and left out of two readings in a row before the books began: against two that agree there is nothing to hold, and what they
    /// leave out cannot be missed.
    /// </summary>
    private readonly SortedSet<(string Account, string Asset)> _denied = [];

    /// <summary>What each account's latest reading left out of what the venue has.</summary>
    private readonly SortedDictionary<string, IReadOnlyList<string>> _leftOut = new(StringComparer.Ordinal);

    public override void Before(Observation observation, ShadowBooks books)
    {
        if (observation is Observation.MarketTruth truth)
            _truths[(truth.Account, truth.Market.ToString())] = truth;
        if (observation is Observation.BalancesGiven given && books.Of(given.Account) is { Reported.IsEmpty: true, Book: { } book })
            OnFirstReadings(given, book);
        if (observation is not Observation.Appended appended)
            return;
        foreach (var happening in appended.Events)
        {
            if (happening is OrderArmed armed && ShadowBooks.AccountOf(appended.Entity) is { } name)
                OnArmed(appended.At, name, armed);
            if (happening is RebalanceDecided { Disposition: Disposition.Dispatched } decided)
                OnDecided(appended.At, decided, books);
            if (happening is BalancesReported reported && ShadowBooks.AccountOf(appended.Entity) is { } account)
            {
                OnReported(appended.At, account, reported, books.Of(account));
                _known.UnionWith(reported.Balances.Select(balance => (account, balance.Asset)));
            }
        }
    }

    private void OnFirstReadings(Observation.BalancesGiven given, AccountBook book)
    {
        IReadOnlyList<string> leftOut = [.. book.Balances.Keys.Except(given.Assets)];
        _denied.UnionWith(leftOut.Intersect(_leftOut.GetValueOrDefault(given.Account, [])).Select(asset => (given.Account, asset)));
        _leftOut[given.Account] = leftOut;
    }

    /// <summary>An order is priced from a quote that the venue had.</summary>
    private void OnArmed(DateTimeOffset at, string account, OrderArmed armed)
    {
        if (_truths.TryGetValue((account, armed.Request.Market.ToString()), out var truth)
            && (truth.QuotedAt != armed.Quote.At || truth.Bid != armed.Quote.Bid || truth.Ask != armed.Quote.Ask))
        {
            Report(at, $"{armed.IntentId} of {account} was armed at {armed.Quote.Bid}/{armed.Quote.Ask}, the venue had {truth.Bid}/{truth.Ask}");
        }
    }

    /// <summary>Matched means: agreed with the books. An asset that is there and was not in the reading cannot have.</summary>
    private void OnReported(DateTimeOffset at, string name, BalancesReported reported, ShadowAccount account)
    {
        if (account.Reported.IsEmpty || account.Book is not { } book)
            return;
        foreach (var asset in reported.Matched.Where(asset => reported.Balances.All(balance => balance.Asset != asset)))
        {
            if (book[asset].Total > 0.001m && account.Reported.TryGetValue(asset, out var before) && before.Total > 0.001m)
                Report(at, $"{name} takes {asset} for zero; the venue has {book[asset].Total}");
        }
    }

    private void OnDecided(DateTimeOffset at, RebalanceDecided decided, ShadowBooks books)
    {
        foreach (var price in decided.Prices.Where(price => price.Price <= 0))
            Report(at, $"{decided.DecisionId} values {price.Asset} at {price.Price}");
        foreach (var account in decided.Accounts.Where(account => account.FrozenBecause is null && books.Of(account.Id).Book is not null))
        {
            var book = books.Of(account.Id).Book!;
            foreach (var (asset, balance) in book.Balances)
            {
                // Only what has long been there: a moment ago it may truly have been none.
                if (balance.Total > 0.01m && (_known.Contains((account.Id, asset)) || !_denied.Contains((account.Id, asset))) && !RecentlyMoved(book, asset, at) && account.Balances.All(read => read.Asset != asset || read.Total == 0))
                    Report(at, $"{decided.DecisionId} counts no {asset} at {account.Id}; the venue has {balance.Total}");
            }
        }
    }

    private static bool RecentlyMoved(AccountBook book, string asset, DateTimeOffset at) =>
        book.Fills.Any(fill => (fill.Market.Asset == asset || fill.Market.Quote == asset || fill.FeeAsset == asset) && fill.At > at.AddMinutes(-3))
        || book.Transfers.Any(transfer => transfer.Asset == asset && transfer.At > at.AddMinutes(-3));
}

/// <summary>11: in whatever order and however often the venue's updates come, the state they lead to is the same.</summary>
internal sealed class UpdatesCommute() : Invariant(11, "order and repetition of updates do not matter")
{
    public override void After(Observation observation, ShadowBooks books)
    {
        if (observation is not Observation.Ended ended)
            return;
        foreach (var (name, book) in ended.State.Books)
        {
            if (!ended.State.Accounts.TryGetValue(name, out var account))
                continue;
            IReadOnlyList<VenueFill> again = [.. book.Fills.Reverse(), .. book.Fills];
            foreach (var happening in account.BookFills(again, null, ended.At)
                .Where(happening => happening is FillBooked || (happening is ForeignFillObserved foreign && foreign.Fill.At >= account.OpenedAt)))
                Report(ended.At, $"{name} would book {happening} again");
            foreach (var order in account.Orders.Values)
                OnOrder(ended.At, name, book, order);
        }
    }

    private void OnOrder(DateTimeOffset at, string name, AccountBook book, Order order)
    {
        var fills = book.Fills.Where(fill => fill.ClientOrderId == order.ClientOrderId).ToList();
        var (quantity, notional) = (fills.Sum(fill => fill.Quantity), fills.Sum(fill => fill.Quantity * fill.Price));
        if (order.Filled != quantity || order.FilledNotional != notional)
            Report(at, $"{order.IntentId} of {name} has {order.Filled} for {order.FilledNotional}; its fills come to {quantity} for {notional}");
    }
}
