using System.Collections.Immutable;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>Subsets of more transfers than this are not searched: their number doubles with each.</summary>
    private const int SearchedTransfers = 12;

    /// <summary>
    /// Books the transfers of the venue's history that are not known yet, each once. Their dates prove nothing: a venue may date a deposit
    /// before the reading that lacks it or after the one that has it. What proves a transfer is the difference it makes: those that add up to
    /// what the reading has beyond the books are booked; while books and reading agree without them they were told by a balance before.
    /// </summary>
    /// <param name="difference">Reading less books.</param>
    /// <returns>What is left of the difference, and the transfers to be asked about again.</returns>
    private static (decimal Left, IReadOnlyList<VenueTransfer> Pending) BookTransfers(
        Draft draft, IReadOnlyList<VenueTransfer> untold, decimal difference, decimal tolerance, bool isJudgeable, DateTimeOffset readAt,
        Circumstances circumstances)
    {
        var explaining = Explaining(untold, difference, tolerance);
        explaining.ForEach(transfer => draft.Add(Observed(transfer, circumstances.Now)));
        var rest = difference - explaining.Sum(transfer => transfer.Amount);
        var others = untold.Except(explaining).ToList();
        var waited = isJudgeable ? others.FindAll(transfer => HasWaited(transfer, readAt, circumstances)) : [];
        if (Math.Abs(rest) <= tolerance)
        {
            waited.ForEach(transfer => draft.Add(Explained(transfer, circumstances.Now)));
            return (rest, [.. others.Except(waited)]);
        }

        if (waited.Count < others.Count || waited.Count == 0)
        {
            return (rest, others);
        }

        // Nothing adds up: the history is believed over silence, and what remains is judged as unexplained.
        others.ForEach(transfer => draft.Add(Observed(transfer, circumstances.Now)));
        return (rest - others.Sum(transfer => transfer.Amount), []);
    }

    private static bool HasWaited(VenueTransfer transfer, DateTimeOffset readAt, Circumstances circumstances) =>
        circumstances.Readings.PendingTransfers.TryGetValue(transfer.Id, out var since)
        && readAt - since >= circumstances.Policy.Timings.TransferConfirmation;

    /// <summary>Transfers by id, with the reading that listed them first.</summary>
    private static ImmutableSortedDictionary<string, DateTimeOffset> Listed(
        IEnumerable<VenueTransfer> transfers, DateTimeOffset readAt, Circumstances circumstances) =>
        transfers.DistinctBy(transfer => transfer.Id).ToImmutableSortedDictionary(
            transfer => transfer.Id, transfer => circumstances.Readings.PendingTransfers.GetValueOrDefault(transfer.Id, readAt));

    private IReadOnlyList<VenueTransfer> Untold(IEnumerable<VenueTransfer> transfers, string asset) =>
        [.. transfers.Where(transfer => transfer.Asset == asset && !SeenTransfers.ContainsKey(transfer.Id) && transfer.At >= ForgottenBefore)
            .DistinctBy(transfer => transfer.Id)];

    /// <summary>Transfers that add up to the difference: all of them, or the first subset that does; none for no difference.</summary>
    private static List<VenueTransfer> Explaining(IReadOnlyList<VenueTransfer> untold, decimal difference, decimal tolerance)
    {
        if (Math.Abs(difference) <= tolerance)
        {
            return [];
        }

        var all = (1 << Math.Min(untold.Count, SearchedTransfers)) - 1;
        for (var subset = all; subset > 0; subset--)
        {
            var chosen = untold.Where((_, index) => (subset & (1 << index)) != 0).ToList();
            if (Math.Abs(chosen.Sum(transfer => transfer.Amount) - difference) <= tolerance)
            {
                return chosen;
            }
        }

        return Math.Abs(untold.Sum(transfer => transfer.Amount) - difference) <= tolerance ? [.. untold] : [];
    }

    private static TransferObserved Observed(VenueTransfer transfer, DateTimeOffset now) =>
        new(now, transfer.Id, transfer.Asset, transfer.Amount, transfer.Kind, transfer.At);

    private static TransferExplained Explained(VenueTransfer transfer, DateTimeOffset now) =>
        new(now, transfer.Id, transfer.Asset, transfer.Amount, transfer.Kind, transfer.At);

    private Account AfterTransfer(TransferObserved e)
    {
        var next = this with { Expected = Expected.SetItem(e.Asset, Expected.GetValueOrDefault(e.Asset) + e.Amount) };
        return e.TransferId is null ? next : next.Seen(e.TransferId, e.At, e.VenueAt);
    }

    /// <summary>Remembered by the later of both dates: while the venue may still list it, it must not be news again.</summary>
    private Account Seen(string transferId, DateTimeOffset at, DateTimeOffset? venueAt) =>
        this with { SeenTransfers = SeenTransfers.SetItem(transferId, venueAt > at ? venueAt.Value : at) };
}
