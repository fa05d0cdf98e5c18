using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Reads the markets of an account.</summary>
internal static class SnapshotMarkets
{
    private static readonly (string Word, AllowedSides Meaning)[] Sides =
    [
        ("both", AllowedSides.Both), ("buy", AllowedSides.Buy), ("sell", AllowedSides.Sell), ("none", AllowedSides.None),
    ];

    public static List<PlacementMarket> Read(
        JsonFields account, SnapshotAssets assets, SortedDictionary<string, IReadOnlyList<TaxLot>> lots, InputErrors errors)
    {
        var markets = new List<PlacementMarket>();
        var items = account.Items("markets");
        for (var i = 0; i < items.Count; i++)
        {
            if (JsonFields.Of(items[i], $"{account.FieldPath("markets")}[{i}]", errors) is not { } fields)
            {
                continue;
            }

            var market = ReadMarket(fields, assets, lots, errors);
            if (market.Asset.Length > 0 && markets.Exists(earlier => earlier.Asset == market.Asset && earlier.Quote == market.Quote))
            {
                fields.Report("asset", $"{market.Asset}/{market.Quote} is listed twice in this account", "keep one of the two");
            }

            markets.Add(market);
        }

        return markets;
    }

    private static PlacementMarket ReadMarket(
        JsonFields fields, SnapshotAssets assets, SortedDictionary<string, IReadOnlyList<TaxLot>> lots, InputErrors errors)
    {
        var asset = fields.RequiredText("asset");
        var market = new PlacementMarket
        {
            Asset = asset,
            Quote = fields.Text("quote") ?? assets.BaseCurrency,
            LotSize = fields.Amount("lotSize") ?? 0,
            MinQuantity = fields.Amount("minQuantity") ?? 0,
            MaxQuantity = fields.Amount("maxQuantity"),
            MinNotional = fields.Amount("minNotional") ?? 0,
            MaxNotional = fields.Amount("maxNotional"),
            FeeRate = fields.Share("feeRate") ?? 0,
            HalfSpread = fields.Share("halfSpread") ?? 0.0001m,
            TicketFee = fields.Amount("ticketFee") ?? 0,
            FeeIn = fields.Text("feeIn"),
            Allow = fields.Choice("allow", Sides) ?? AllowedSides.Both,
            Volume = fields.Amount("volume"),
            MaxVolumeShare = fields.Share("maxVolumeShare"),
            SaleLots = ReadSaleLots(fields, asset, lots, errors),
        };
        CheckPrices(fields, market, assets);
        CheckLimits(fields, market);
        fields.RejectUnknown();
        return market;
    }

    private static void CheckPrices(JsonFields fields, PlacementMarket market, SnapshotAssets assets)
    {
        if (market.Asset == market.Quote && market.Asset.Length > 0)
        {
            fields.Report("quote", $"is the asset itself, {market.Asset}", "name the currency that pays for it");
        }

        foreach (var (field, name) in new[] { ("asset", market.Asset), ("quote", market.Quote), ("feeIn", market.FeeIn ?? market.Quote) })
        {
            var isUnmanagedAsset = field == "asset" && assets.Unmanaged.Contains(name);
            if (fields.IsPresent(field) && !assets.HasPrice(name) && !isUnmanagedAsset)
            {
                var (problem, remedy) = assets.MissingPrice(name);
                fields.Report(field, problem, remedy);
            }
        }
    }

    private static void CheckLimits(JsonFields fields, PlacementMarket market)
    {
        if (market.MinQuantity > market.MaxQuantity)
        {
            fields.Report("maxQuantity", "is below minQuantity", "correct one of the two");
        }

        if (market.MinNotional > market.MaxNotional)
        {
            fields.Report("maxNotional", "is below minNotional", "correct one of the two");
        }

        if (market.FeeRate + market.HalfSpread >= 1)
        {
            fields.Report(
                "feeRate", $"fee and half-spread take {DecimalText.Format(market.FeeRate + market.HalfSpread)} of a trade", "write shares, as 0.001 for 0.1 %");
        }

        if (market.MaxVolumeShare is not null && market.Volume is null)
        {
            fields.Report("maxVolumeShare", "needs the volume it is a share of", "add \"volume\", in units of the asset");
        }
    }

    private static List<int> ReadSaleLots(
        JsonFields fields, string asset, SortedDictionary<string, IReadOnlyList<TaxLot>> lots, InputErrors errors)
    {
        var known = lots.TryGetValue(asset, out var ofAsset) ? ofAsset.Count : 0;
        var chosen = new List<int>();
        foreach (var item in fields.Items("saleLots"))
        {
            if (JsonNumbers.Read(item, fields.FieldPath("saleLots"), errors) is not { } number)
            {
                continue;
            }

            if (number != decimal.Truncate(number) || number < 0 || number >= known || chosen.Contains((int)number))
            {
                errors.Add(
                    item.Line, fields.FieldPath("saleLots"), $"{DecimalText.Format(number)} is not the index of another lot",
                    known == 0 ? $"add the lots of {asset}" : $"write indices from 0 to {known - 1}, each once");
                continue;
            }

            chosen.Add((int)number);
        }

        return chosen;
    }
}
