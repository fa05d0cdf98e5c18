using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Reads the tax lots of an account.</summary>
internal static class SnapshotLots
{
    public static SortedDictionary<string, IReadOnlyList<TaxLot>> Read(JsonFields account, DateOnly asOf, InputErrors errors)
    {
        var lots = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal);
        if (account.Object("lots") is not { } fields)
        {
            return lots;
        }

        foreach (var asset in fields.Members.Select(member => member.Name))
        {
            var items = fields.Items(asset);
            var read = new List<TaxLot>();
            for (var i = 0; i < items.Count; i++)
            {
                if (JsonFields.Of(items[i], $"{fields.FieldPath(asset)}[{i}]", errors) is { } lot)
                {
                    read.Add(ReadLot(lot, asOf));
                }
            }

            lots[asset] = read;
        }

        return lots;
    }

    /// <summary>Lots that miss part of a holding would tax a sale of that part as if it had cost nothing, or not at all.</summary>
    public static void CheckSums(JsonFields account, PlacementAccount read)
    {
        foreach (var (asset, lots) in read.Lots)
        {
            var held = read.Holdings.GetValueOrDefault(asset) + read.Cash.GetValueOrDefault(asset);
            var sum = lots.Sum(lot => lot.Quantity);
            if (sum != held)
            {
                account.Object("lots")!.Report(
                    asset, $"the lots add up to {DecimalText.Format(sum)}, the holding is {DecimalText.Format(held)}", "correct one of the two");
            }
        }
    }

    /// <summary>Without lots the tax on a sale is unknown, and unknown is not zero.</summary>
    public static void RequireForSales(JsonFields account, PlacementAccount read)
    {
        foreach (var (asset, quantity) in read.Holdings.Where(holding => holding.Value > 0 && !read.Lots.ContainsKey(holding.Key)))
        {
            if (read.Markets.Any(market => market.Asset == asset && market.Allow.HasFlag(AllowedSides.Sell)))
            {
                account.Report(
                    "lots", $"has no lots of {asset}, so the tax on selling any of its {DecimalText.Format(quantity)} is unknown",
                    "add them, or set \"taxable\": false, or leave \"taxes\" out");
            }
        }
    }

    private static TaxLot ReadLot(JsonFields fields, DateOnly asOf)
    {
        var acquired = fields.Date("acquired");
        if (acquired is null && !fields.IsPresent("acquired"))
        {
            fields.Report("acquired", "is missing", "add the day, as \"2025-02-01\"");
        }
        else if (acquired > asOf)
        {
            fields.Report("acquired", $"is after asOf ({asOf:yyyy-MM-dd})", "correct one of the two days");
        }

        var cost = fields.Amount("unitCost");
        if (cost is null && !fields.IsPresent("unitCost"))
        {
            fields.Report("unitCost", "is missing", "add what one unit cost, in base currency");
        }

        var lot = new TaxLot(fields.RequiredPositive("quantity"), cost ?? 0, acquired ?? asOf);
        fields.RejectUnknown();
        return lot;
    }
}
