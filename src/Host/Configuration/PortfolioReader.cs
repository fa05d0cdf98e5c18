using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Configuration;

/// <summary>Reads one entry of <c>portfolios</c>.</summary>
public sealed class PortfolioReader(InputErrors errors)
{
    private static readonly (string, TradingMode)[] Modes =
        [("dry-run", TradingMode.DryRun), ("paper", TradingMode.Paper), ("live", TradingMode.Live)];

    private static readonly (string, RebalanceGoal)[] Goals =
        [("target", RebalanceGoal.Target), ("band-edge", RebalanceGoal.BandEdge), ("half-band", RebalanceGoal.HalfBand)];

    private static readonly (string, CashFlowRule)[] CashFlows =
    [
        ("full", CashFlowRule.Full), ("invest-only", CashFlowRule.InvestOnly), ("withdraw-only", CashFlowRule.WithdrawOnly), ("hybrid", CashFlowRule.Hybrid),
    ];

    private static readonly (string, PlacementObjective)[] Objectives =
    [
        ("tracking", PlacementObjective.Tracking), ("buy-only", PlacementObjective.BuyOnly), ("sell-only", PlacementObjective.SellOnly),
        ("fewest-trades", PlacementObjective.FewestTrades), ("simple", PlacementObjective.Simple),
    ];

    public PortfolioConfiguration Read(JsonFields fields)
    {
        var portfolio = new PortfolioConfiguration
        {
            Id = Names.ReadId(fields),
            BaseCurrency = fields.RequiredText("baseCurrency"),
            Mode = fields.Choice("mode", Modes) ?? TradingMode.Paper,
            SellUntargeted = fields.Choice("untargeted", [("keep", false), ("sell", true)]) ?? false,
            Unmanaged = Names.ReadList(fields, "unmanaged", errors),
            Targets = ReadTargets(fields),
            Bands = ReadBands(fields.Object("bands")),
            RebalanceTo = fields.Choice("rebalanceTo", Goals) ?? RebalanceGoal.Target,
            CashFlow = fields.Choice("cashFlow", CashFlows) ?? CashFlowRule.Full,
            MinTradeValue = Numbers.Amount(fields, "minTradeValue") ?? 0,
            MinIntervalDays = (int)(Numbers.Amount(fields, "minIntervalDays", 10_000) ?? 0),
            Smoothing = Numbers.Amount(fields, "smoothing", 1) ?? 1,
            CashReserve = Numbers.Amount(fields, "cashReserve") ?? 0,
            Taxes = ReadTaxes(fields.Object("taxes")),
            Schedule = ReadSchedule(fields.Object("schedule")),
            Placement = ReadPlacement(fields.Object("placement")),
            Orders = ReadOrders(fields.Object("orders")),
            Limits = ReadLimits(fields.Object("limits")),
            ManualApproval = fields.Choice("approval", [("automatic", false), ("manual", true)]) ?? false,
            Accounts = Names.ReadList(fields, "accounts", errors),
        };
        ReadHistory(fields.Object("history"));
        fields.RejectUnknown();
        PortfolioRules.Check(portfolio, fields);
        return portfolio;
    }

    private TargetsConfiguration ReadTargets(JsonFields portfolio)
    {
        var weights = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (portfolio.Object("targets") is not { } fields)
        {
            portfolio.Report("targets", "is missing", "add { \"method\": \"fixed\", \"weights\": { \"ASSET\": 0.5, … } }");
            return new TargetsConfiguration("fixed", weights, []);
        }

        var method = fields.Choice("method", [("fixed", true), ("equal", false)]) ?? true;
        if (fields.Object("weights") is { } table)
        {
            foreach (var member in table.Members)
            {
                weights[member.Name] = table.Number(member.Name) ?? 0;
            }
        }

        var assets = Names.ReadList(fields, "assets", errors);
        fields.RejectUnknown();
        PortfolioRules.CheckTargets(method, weights, assets, fields);
        return new TargetsConfiguration(method ? "fixed" : "equal", weights, assets);
    }

    private static BandsConfiguration ReadBands(JsonFields? fields)
    {
        var assets = new SortedDictionary<string, BandConfiguration>(StringComparer.Ordinal);
        if (fields is null)
        {
            return new BandsConfiguration(0.05m, 0.25m, assets);
        }

        var bands = new BandsConfiguration(Numbers.Amount(fields, "absolute", 1), Numbers.Amount(fields, "relative"), assets);
        if (fields.Object("assets") is { } table)
        {
            foreach (var member in table.Members)
            {
                if (table.Object(member.Name) is { } band)
                {
                    assets[member.Name] = new BandConfiguration(Numbers.Amount(band, "absolute", 1), Numbers.Amount(band, "relative"));
                    band.RejectUnknown();
                }
            }
        }

        fields.RejectUnknown();
        return bands;
    }

    private static TaxRules? ReadTaxes(JsonFields? fields)
    {
        if (fields is null || fields.Members.Count == 0)
        {
            return null;
        }

        var taxes = new TaxRules
        {
            ShortTermRate = Numbers.Amount(fields, "shortTermRate", 1) ?? 0,
            LongTermRate = Numbers.Amount(fields, "longTermRate", 1) ?? 0,
            LongTermDays = fields.WholeNumber("longTermDays") ?? 365,
            Method = fields.Choice("method", [("hifo", TaxLotMethod.Hifo), ("fifo", TaxLotMethod.Fifo)]) ?? TaxLotMethod.Hifo,
            GainBudget = fields.Number("gainBudget"),
            CreditLosses = fields.Flag("creditLosses") ?? false,
            HarvestLosses = fields.Flag("harvestLosses") ?? false,
            WashSaleDays = fields.WholeNumber("washSaleDays") ?? 30,
        };
        fields.RejectUnknown();
        return taxes;
    }

    /// <summary>Only methods that look at history need it; the ones of this version do not.</summary>
    private static void ReadHistory(JsonFields? fields)
    {
        fields?.Text("provider");
        fields?.Text("timeframe");
        fields?.RejectUnknown();
    }

    private static ScheduleConfiguration? ReadSchedule(JsonFields? fields)
    {
        if (fields is null)
        {
            return null;
        }

        var schedule = new ScheduleConfiguration(fields.RequiredText("cron"), fields.Text("timeZone") ?? "Etc/UTC");
        fields.RejectUnknown();
        PortfolioRules.CheckSchedule(schedule, fields);
        return schedule;
    }

    private static PlacementConfiguration ReadPlacement(JsonFields? fields)
    {
        if (fields is null)
        {
            return new PlacementConfiguration();
        }

        var placement = new PlacementConfiguration
        {
            Objective = fields.Choice("objective", Objectives),
            DeviationWeight = Numbers.Amount(fields, "deviationWeight") ?? 0.1m,
            OrderPenalty = Numbers.Amount(fields, "orderPenalty") ?? 0.5m,
            TimeLimitSeconds = (double)(Numbers.Amount(fields, "timeLimitSeconds", 86_400) ?? 60),
            GapBasisPoints = (double)(Numbers.Amount(fields, "gapBasisPoints", 10_000) ?? 0.01m),
            OneDirectionPerAsset = fields.Flag("oneDirectionPerAsset") ?? false,
        };
        fields.RejectUnknown();
        return placement;
    }

    private static OrdersConfiguration ReadOrders(JsonFields? fields)
    {
        if (fields is null)
        {
            return new OrdersConfiguration();
        }

        var orders = new OrdersConfiguration
        {
            Type = fields.Choice("type", [("limit", OrderType.Limit), ("market", OrderType.Market)]) ?? OrderType.Limit,
            TimeoutSeconds = Numbers.Positive(fields, "timeoutSeconds") ?? 60,
            Slices = Numbers.Positive(fields, "slices") ?? 1,
            PriceCollar = Numbers.Amount(fields, "priceCollar", 1) ?? 0.01m,
        };
        fields.RejectUnknown();
        return orders;
    }

    private static LimitsConfiguration ReadLimits(JsonFields? fields)
    {
        if (fields is null)
        {
            return new LimitsConfiguration();
        }

        var ages = fields.Object("maxPriceAgeSeconds");
        var limits = new LimitsConfiguration
        {
            MaxOrderNotional = Numbers.Amount(fields, "maxOrderNotional"),
            MaxDailyTurnover = Numbers.Amount(fields, "maxDailyTurnover"),
            MaxBalanceAgeSeconds = Numbers.Positive(fields, "maxBalanceAgeSeconds") ?? 30,
            MaxCryptoPriceAgeSeconds = (ages is null ? null : Numbers.Positive(ages, "crypto")) ?? 5,
            MaxEquityPriceAgeSeconds = (ages is null ? null : Numbers.Positive(ages, "equity")) ?? 15,
            MaxFrozenAgeSeconds = Numbers.Positive(fields, "maxFrozenAgeSeconds") ?? 3600,
            MaxDrawdown = Numbers.Amount(fields, "maxDrawdown", 1),
        };
        ages?.RejectUnknown();
        fields.RejectUnknown();
        return limits;
    }
}
