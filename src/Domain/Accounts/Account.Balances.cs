using System.Collections.Immutable;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <param name="Unexplained">Differences to carry to the next reading.</param>
/// <param name="PendingTransfers">Transfers of the venue's history that no difference shows yet, by id, with the reading that saw them first.</param>
public sealed record BalanceRound(
    IReadOnlyList<AccountEvent> Events, ImmutableSortedDictionary<string, UnexplainedBalance> Unexplained,
    ImmutableSortedDictionary<string, DateTimeOffset> PendingTransfers)
{
    /// <summary>The reading that another must confirm before the account is taken to hold anything; null once one has.</summary>
    public FirstReading? Unconfirmed { get; init; }
}

public sealed partial record Account
{
    /// <summary>Venues round what they book to their smallest unit: a cent for a broker's money, a hundred-millionth otherwise.</summary>
    private const decimal BrokerCent = 0.01m;

    private const decimal SmallestUnit = 0.00000001m;

    /// <summary>
    /// Takes a complete reading of balances and holds it against the books. An unchanged reading appends nothing. An increase nothing
    /// explains, read twice, is a transfer; anything else unexplained leaves the account reducing only. The books begin with the first reading
    /// that agrees with one before it: there is nothing else to hold it against, and an asset it left out would be bought elsewhere.
    /// </summary>
    /// <param name="transfers">The venue's own history, read with the balances.</param>
    /// <param name="readAt">When the request began, on our clock.</param>
    public BalanceRound ReportBalances(
        BalanceReport report, IReadOnlyList<VenueTransfer> transfers, DateTimeOffset readAt, Circumstances circumstances)
    {
        var draft = new Draft(this);
        var totals = report.Balances.ToImmutableSortedDictionary(balance => balance.Asset, balance => balance.Total);
        var isFirst = BalancesAt is null;
        if (isFirst && Unconfirmed(totals, readAt, circumstances) is { } unconfirmed)
        {
            return new BalanceRound([], ImmutableSortedDictionary<string, UnexplainedBalance>.Empty, Listed(transfers, readAt, circumstances))
            {
                Unconfirmed = unconfirmed,
            };
        }

        var (matched, unexplained) = (new List<string>(), ImmutableSortedDictionary<string, UnexplainedBalance>.Empty);
        var pending = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;
        var assets = totals.Keys.Union(Expected.Keys).Union(circumstances.Readings.Unexplained.Keys).Union(transfers.Select(transfer => transfer.Asset));
        foreach (var asset in assets.OrderBy(asset => asset, StringComparer.Ordinal))
        {
            var difference = isFirst ? 0 : totals.GetValueOrDefault(asset) - Expected.GetValueOrDefault(asset);
            var (tolerance, isJudgeable) = (Tolerance(asset, report.Balances), IsJudgeable(asset, difference, readAt, circumstances));
            var (rest, open) = BookTransfers(draft, Untold(transfers, asset), difference, tolerance, isJudgeable, readAt, circumstances);
            pending = pending.AddRange(Listed(open, readAt, circumstances));
            difference = rest;
            var known = circumstances.Readings.Unexplained.GetValueOrDefault(asset);
            if (Math.Abs(difference) <= tolerance)
            {
                if (IsTakenBack(draft.Account, asset, known, readAt, circumstances))
                {
                    unexplained = unexplained.Add(asset, known is { Amount: 0 } ? known : new UnexplainedBalance(0, readAt));
                }
                else
                {
                    matched.Add(asset);
                }
            }
            else if (isJudgeable)
            {
                var current = known?.Amount == difference ? known : new UnexplainedBalance(difference, readAt);
                unexplained = Judge(draft, asset, current, readAt, circumstances)
                    ? unexplained : unexplained.Add(asset, current);
            }
        }

        if (isFirst || !SameBalances(report.Balances) || matched.Any(BookingsSinceMatch.ContainsKey))
        {
            draft.Add(new BalancesReported(circumstances.Now, report.At, report.Balances, matched));
        }

        return new BalanceRound(draft.Events, unexplained, pending);
    }

    /// <summary>True when the last reading of an asset agrees with the books, rounding of the venue allowed for.</summary>
    public bool AgreesWithBooks(string asset) =>
        Math.Abs((BalanceOf(asset)?.Total ?? 0) - Expected.GetValueOrDefault(asset)) <= Tolerance(asset, Balances);

    /// <summary>
    /// Assets of which the last reading has less than the books, a missing one included, before as well as after it can be judged: what
    /// was read of them may be wrong. What moved since the reading, or a live order may have spent, explains itself.
    /// </summary>
    /// <param name="readAt">When the last reading began.</param>
    public IReadOnlyList<string> ShortOfBooks(DateTimeOffset readAt) =>
        [.. Expected
            .Where(books => Short(books) is > 0 and var missing && !AgreesWithBooks(books.Key)
                && !(LastMoves.TryGetValue(books.Key, out var moved) && moved > readAt) && missing > SpendableByLiveOrders(books.Key))
            .Select(books => books.Key)];

    private decimal Short(KeyValuePair<string, decimal> books) => books.Value - (BalanceOf(books.Key)?.Total ?? 0);

    private decimal SpendableByLiveOrders(string asset) =>
        LiveOrders.Where(order => order.Reservation?.Asset == asset).Sum(order => order.Reservation!.Amount);

    /// <summary>The reading still to be confirmed; null when this one agrees with it, long enough after it and with nothing moving in between.</summary>
    private FirstReading? Unconfirmed(ImmutableSortedDictionary<string, decimal> totals, DateTimeOffset readAt, Circumstances circumstances)
    {
        var held = totals.RemoveRange(totals.Where(total => total.Value == 0).Select(total => total.Key));
        return circumstances.Readings.FirstReading is not { } first || !first.Totals.SequenceEqual(held) || LastMoves.Values.Any(moved => moved > first.ReadAt)
                ? new FirstReading(readAt, held)
            : readAt - first.ReadAt < circumstances.Policy.Timings.TransferConfirmation ? first
            : null;
    }

    /// <summary>Ends the matter of one difference if it can be ended; true when the books now agree.</summary>
    private static bool Judge(Draft draft, string asset, UnexplainedBalance difference, DateTimeOffset readAt, Circumstances circumstances)
    {
        if (circumstances.Policy.ReadingsAreTheBooks)
        {
            draft.Add(new TransferObserved(circumstances.Now, null, asset, difference.Amount, "written so by the account's owner"));
            return true;
        }

        if (!IsConfirmed(difference, readAt, circumstances))
        {
            return false;
        }

        if (difference.Amount > 0)
        {
            draft.Add(new TransferObserved(
                circumstances.Now, null, asset, difference.Amount, "unexplained increase, read twice with no order in the asset"));
            return true;
        }

        if (draft.Account.TradingState == TradingState.Active)
        {
            draft.Add(new AccountReducing(
                circumstances.Now, "reconciliation",
                $"{asset} is {DecimalText.Format(-difference.Amount)} less than the books say, and no fill or transfer explains it"));
        }

        return false;
    }

    /// <summary>
    /// Some was read of an asset that the books do not have, nothing was booked, and now none is read again: one of the two readings is wrong, and nobody
    /// knows which until a later one agrees. To take the books' side at once would be to take for none what a venue's error left out, as it may have
    /// been left out when the books began.
    /// </summary>
    /// <param name="books">With what this reading has booked so far.</param>
    private bool IsTakenBack(Account books, string asset, UnexplainedBalance? known, DateTimeOffset readAt, Circumstances circumstances) => known switch
    {
        { Amount: > 0 } => books.Expected.GetValueOrDefault(asset) == 0 && Expected.GetValueOrDefault(asset) == 0
            && !(LastMoves.TryGetValue(asset, out var moved) && moved > known.FirstReadAt),
        { Amount: 0 } => !IsConfirmed(known, readAt, circumstances),
        _ => false,
    };

    /// <summary>Seen by two readings far enough apart, with the fills read in between that could have explained it.</summary>
    /// <param name="readAt">When the later reading began.</param>
    private static bool IsConfirmed(UnexplainedBalance difference, DateTimeOffset? readAt, Circumstances circumstances) =>
        readAt - difference.FirstReadAt >= circumstances.Policy.Timings.TransferConfirmation
        && circumstances.Readings.FillsReadAt > difference.FirstReadAt;

    /// <summary>Not while an order may be moving the asset, nor before balances had time to follow the last move.</summary>
    private bool IsJudgeable(string asset, decimal difference, DateTimeOffset readAt, Circumstances circumstances) =>
        !LiveOrders.Any(order => MayHaveMoved(order, asset, difference, circumstances))
        && (!LastMoves.TryGetValue(asset, out var moved) || readAt >= moved + circumstances.Policy.Timings.SettleDelay);

    /// <summary>A quarantined order may stay for long, so it holds up only what it could have caused: a buy never brings the quote in.</summary>
    private static bool MayHaveMoved(Order order, string asset, decimal difference, Circumstances circumstances) =>
        order.State == OrderState.Quarantined && (order.Side == TradeSide.Buy ? order.Market.Quote == asset : order.Market.Asset == asset)
            ? difference < 0
            : order.Touches(asset) || circumstances.Readings.RulesOf(order.Market)?.FeeAsset == asset;

    private decimal Tolerance(string asset, IReadOnlyList<Balance> reading)
    {
        var isMoney = reading.FirstOrDefault(balance => balance.Asset == asset)?.IsCurrency ?? false;
        return BookingsSinceMatch.GetValueOrDefault(asset) * (isMoney && Kind == "broker" ? BrokerCent : SmallestUnit);
    }

    private bool SameBalances(IReadOnlyList<Balance> reading) =>
        reading.OrderBy(balance => balance.Asset, StringComparer.Ordinal).SequenceEqual(Balances);
}
