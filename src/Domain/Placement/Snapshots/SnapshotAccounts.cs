using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Reads one account of a snapshot.</summary>
internal static class SnapshotAccounts
{
    public static PlacementAccount Read(JsonFields fields, SnapshotAssets assets, DateOnly asOf, bool taxed, InputErrors errors)
    {
        var holdings = ReadHoldings(fields, assets);
        var lots = SnapshotLots.Read(fields, asOf, errors);
        var account = new PlacementAccount
        {
            Id = fields.RequiredText("id"),
            Venue = fields.Text("venue"),
            Kind = fields.Text("kind"),
            Cash = ReadMoney(fields, "cash", assets),
            Unsettled = ReadMoney(fields, "unsettled", assets),
            Reserve = fields.Amount("reserve") ?? 0,
            Holdings = holdings,
            UseProceeds = fields.Flag("useProceeds") ?? true,
            Taxable = fields.Flag("taxable") ?? true,
            Frozen = fields.Flag("frozen") ?? false,
            Cap = fields.Amount("cap"),
            Caps = fields.NumberMap("caps", SnapshotFields.RejectNegative),
            Markets = SnapshotMarkets.Read(fields, assets, lots, errors),
            Lots = lots,
        };
        CheckCaps(fields, account, assets);
        SnapshotLots.CheckSums(fields, account);
        if (taxed && account.Taxable)
        {
            SnapshotLots.RequireForSales(fields, account);
        }

        fields.RejectUnknown();
        return account;
    }

    private static SortedDictionary<string, decimal> ReadHoldings(JsonFields fields, SnapshotAssets assets) =>
        fields.NumberMap("holdings", (asset, quantity) =>
        {
            if (SnapshotFields.RejectNegative(asset, quantity) is { } wrong)
            {
                return wrong;
            }

            if (asset == assets.BaseCurrency)
            {
                return ("is the base currency", "write it under \"cash\"");
            }

            return CheckValue(asset, quantity, assets);
        });

    /// <summary>Cash may be negative: a margin debt, or a fee booked before the deposit. Stage 0 of the placement restores it first.</summary>
    private static SortedDictionary<string, decimal> ReadMoney(JsonFields fields, string name, SnapshotAssets assets) =>
        fields.NumberMap(name, (currency, amount) => CheckValue(currency, amount, assets));

    private static (string Problem, string Remedy)? CheckValue(string asset, decimal quantity, SnapshotAssets assets)
    {
        if (assets.HasPrice(asset))
        {
            return Math.Abs(quantity) > SnapshotFields.Largest / assets.PriceOf(asset)
                ? ($"is worth more than {DecimalText.Format(SnapshotFields.Largest)}", "check quantity and price")
                : null;
        }

        // Nothing of an asset has no value at any price, and an unmanaged one is counted nowhere.
        return quantity == 0 || assets.Unmanaged.Contains(asset) ? null : assets.MissingPrice(asset);
    }

    private static void CheckCaps(JsonFields fields, PlacementAccount account, SnapshotAssets assets)
    {
        foreach (var asset in account.Caps.Keys)
        {
            if (!assets.HasPrice(asset) && !account.Holdings.ContainsKey(asset))
            {
                var (problem, remedy) = assets.MissingPrice(asset);
                fields.Object("caps")!.Report(asset, problem, remedy);
            }
        }
    }
}
