using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Reads the tax rules of a snapshot and the trades that a wash-sale window looks back on.</summary>
internal static class SnapshotTaxes
{
    private static readonly (string Word, TaxLotMethod Meaning)[] Methods =
    [
        ("hifo", TaxLotMethod.Hifo), ("fifo", TaxLotMethod.Fifo), ("specific", TaxLotMethod.Specific),
    ];

    public static TaxRules Read(JsonFields fields)
    {
        var rules = new TaxRules
        {
            ShortTermRate = fields.Share("shortTermRate") ?? 0,
            LongTermRate = fields.Share("longTermRate") ?? 0,
            LongTermDays = ReadDays(fields, "longTermDays") ?? 365,
            Method = fields.Choice("method", Methods) ?? TaxLotMethod.Hifo,
            GainBudget = fields.Amount("gainBudget"),
            CreditLosses = fields.Flag("creditLosses") ?? false,
            HarvestLosses = fields.Flag("harvestLosses") ?? false,
            WashSaleDays = ReadDays(fields, "washSaleDays") ?? 30,
        };
        fields.RejectUnknown();
        return rules;
    }

    /// <summary>Accounts of these trades need not be in the snapshot: a wash sale reaches over all that one person owns.</summary>
    public static IReadOnlyList<RecentTrade> ReadRecentTrades(JsonFields root, InputErrors errors)
    {
        var trades = new List<RecentTrade>();
        var items = root.Items("recentTrades");
        for (var i = 0; i < items.Count; i++)
        {
            if (JsonFields.Of(items[i], $"recentTrades[{i}]", errors) is not { } fields)
            {
                continue;
            }

            var side = fields.Choice("side", [("buy", TradeSide.Buy), ("sell", TradeSide.Sell)]);
            var date = fields.Date("date");
            foreach (var missing in new[] { "side", "date" }.Where(name => !fields.IsPresent(name)))
            {
                fields.Report(missing, "is missing", "add it");
            }

            trades.Add(new RecentTrade(
                fields.RequiredText("account"), fields.RequiredText("asset"), side ?? TradeSide.Buy, date ?? DateOnly.MinValue, fields.Number("gain")));
            fields.RejectUnknown();
        }

        return trades;
    }

    private static int? ReadDays(JsonFields fields, string name)
    {
        var days = fields.WholeNumber(name);
        if (days is < 0 or > 36525)
        {
            fields.Report(name, $"must be from 0 to 36525 days, is {days}", "write the number of days");
            return null;
        }

        return days;
    }
}
