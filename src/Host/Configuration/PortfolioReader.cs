using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Configuration.Weights;

namespace Rebalancer.Host.Configuration;

/// <summary>Reads one entry of <c>portfolios</c>.</summary>
/// <param name="directory">Of the settings file, for files named in it.</param>
/// <param name="mayBeEmpty">Whether it may begin without accounts: at runtime they can be added to it.</param>
public sealed class PortfolioReader(string directory, InputErrors errors, bool mayBeEmpty = false)
{
    private static readonly (string, TradingMode)[] Modes =
        [("dry-run", TradingMode.DryRun), ("paper", TradingMode.Paper), ("live", TradingMode.Live)];

    private static readonly (string, ClosedMarkets)[] SlotPolicies =
        [("trade-open", ClosedMarkets.TradeOpen), ("wait", ClosedMarkets.Wait), ("skip", ClosedMarkets.Skip)];

    private static readonly (string, RebalanceTo)[] Goals =
        [("target", RebalanceTo.Target), ("band-edge", RebalanceTo.BandEdge), ("half-band", RebalanceTo.HalfBand)];

    private static readonly (string, CashFlowMode)[] CashFlows =
    [
        ("full", CashFlowMode.Full), ("invest-only", CashFlowMode.InvestOnly), ("withdraw-only", CashFlowMode.WithdrawOnly), ("hybrid", CashFlowMode.Hybrid),
    ];

    private static readonly (string, PlacementObjective)[] Objectives =
    [
        ("tracking", PlacementObjective.Tracking), ("buy-only", PlacementObjective.BuyOnly), ("sell-only", PlacementObjective.SellOnly),
        ("fewest-trades", PlacementObjective.FewestTrades), ("simple", PlacementObjective.Simple),
    ];

    private static readonly (string, TimeInForce)[] TimesInForce =
        [("gtc", TimeInForce.GoodTilCancelled), ("ioc", TimeInForce.ImmediateOrCancel), ("gtd", TimeInForce.GoodTilDate)];

    /// <summary>Larger than any relative drift: a holding of the whole portfolio against a target of a hundredth of a percent.</summary>
    private const decimal NoRelativeLimit = 10_000;

    public PortfolioSettings Read(JsonFields fields)
    {
        var portfolio = new PortfolioSettings
        {
            Id = Names.ReadId(fields),
            BaseCurrency = fields.RequiredText("baseCurrency"),
            Mode = fields.Choice("mode", Modes) ?? TradingMode.Paper,
            Untargeted = fields.Choice("untargeted", [("keep", UntargetedPolicy.Keep), ("sell", UntargetedPolicy.Sell)]) ?? UntargetedPolicy.Keep,
            Unmanaged = Names.ReadList(fields, "unmanaged", errors),
            Targets = new TargetReader(directory, errors).Read(fields),
            History = new TargetReader(directory, errors).ReadHistory(fields.Object("history")),
            Bands = ReadBands(fields.Object("bands")),
            RebalanceTo = fields.Choice("rebalanceTo", Goals) ?? RebalanceTo.Target,
            CashFlow = fields.Choice("cashFlow", CashFlows) ?? CashFlowMode.Full,
            MinTradeValue = Numbers.Amount(fields, "minTradeValue") ?? 10,
            MinIntervalDays = Numbers.Amount(fields, "minIntervalDays", 10_000) ?? 0,
            Smoothing = Numbers.Amount(fields, "smoothing", 1) ?? 1,
            CashReserve = Numbers.Amount(fields, "cashReserve") ?? 0,
            Taxes = ReadTaxes(fields.Object("taxes")),
            Schedule = ReadSchedule(fields.Object("schedule")),
            Placement = ReadPlacement(fields.Object("placement")),
            Orders = ReadOrders(fields.Object("orders")),
            Limits = ReadLimits(fields.Object("limits")),
            Approval = fields.Choice("approval", [("automatic", ApprovalMode.Automatic), ("manual", ApprovalMode.Manual)]) ?? ApprovalMode.Automatic,
            Accounts = Names.ReadList(fields, "accounts", errors),
        };
        fields.RejectUnknown();
        PortfolioRules.Check(portfolio, fields);
        if (portfolio.Accounts.Count == 0 && !mayBeEmpty)
        {
            fields.Report("accounts", "the portfolio has no account", "name at least one");
        }

        return portfolio;
    }

    private static BandSettings ReadBands(JsonFields? fields)
    {
        if (fields is null)
        {
            return new BandSettings();
        }

        var assets = new SortedDictionary<string, AssetBand>(StringComparer.Ordinal);
        var absolute = Numbers.Amount(fields, "absolute", 1);
        var relative = Numbers.Amount(fields, "relative");
        if (fields.Object("assets") is { } table)
        {
            foreach (var member in table.Members)
            {
                if (table.Object(member.Name) is { } band)
                {
                    assets[member.Name] = new AssetBand(Numbers.Amount(band, "absolute", 1), Numbers.Amount(band, "relative"));
                    band.RejectUnknown();
                }
            }
        }

        fields.RejectUnknown();
        // Where only one of the limits is given the other does not bind.
        return absolute is null && relative is null
            ? new BandSettings { Assets = assets }
            : new BandSettings { Absolute = absolute ?? 1, Relative = relative ?? NoRelativeLimit, Assets = assets };
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

    private static ScheduleSettings? ReadSchedule(JsonFields? fields)
    {
        if (fields is null)
        {
            return null;
        }

        var schedule = new ScheduleSettings(fields.RequiredText("cron"), fields.Text("timeZone") ?? "Etc/UTC")
        {
            WhenClosed = fields.Choice("whenClosed", SlotPolicies) ?? ClosedMarkets.TradeOpen,
        };
        fields.RejectUnknown();
        PortfolioRules.CheckSchedule(schedule, fields);
        return schedule;
    }

    private static PlacementSettings ReadPlacement(JsonFields? fields)
    {
        if (fields is null)
        {
            return new PlacementSettings();
        }

        var placement = new PlacementSettings
        {
            Objective = fields.Choice("objective", Objectives) ?? PlacementObjective.Tracking,
            DeviationWeight = Numbers.Amount(fields, "deviationWeight") ?? 0.1m,
            OrderPenalty = Numbers.Amount(fields, "orderPenalty") ?? 0.5m,
            TimeLimitSeconds = (double)(Numbers.Amount(fields, "timeLimitSeconds", 86_400) ?? 60),
            GapBasisPoints = (double)(Numbers.Amount(fields, "gapBasisPoints", 10_000) ?? 0.01m),
        };
        fields.RejectUnknown();
        return placement;
    }

    private static OrderSettings ReadOrders(JsonFields? fields)
    {
        if (fields is null)
        {
            return new OrderSettings();
        }

        var orders = new OrderSettings
        {
            Type = fields.Choice("type", [("limit", OrderType.Limit), ("market", OrderType.Market)]) ?? OrderType.Limit,
            TimeoutSeconds = Numbers.Positive(fields, "timeoutSeconds") ?? 60,
            Slices = Numbers.Positive(fields, "slices") ?? 1,
            TimeInForce = fields.Choice("timeInForce", TimesInForce) ?? TimeInForce.GoodTilCancelled,
            RepriceSeconds = Numbers.Positive(fields, "repriceSeconds"),
            PriceCollar = Numbers.Amount(fields, "priceCollar", 1) ?? 0.01m,
        };
        fields.RejectUnknown();
        return orders;
    }

    private static ExposureSettings ReadExposure(JsonFields? fields)
    {
        if (fields is null)
        {
            return new ExposureSettings();
        }

        var assets = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (fields.Object("assets") is { } table)
        {
            foreach (var member in table.Members)
            {
                if (Numbers.Amount(table, member.Name) is { } most)
                {
                    assets[member.Name] = most;
                }
            }
        }

        var exposure = new ExposureSettings { Assets = assets, Account = Numbers.Amount(fields, "account"), Total = Numbers.Amount(fields, "total") };
        fields.RejectUnknown();
        return exposure;
    }

    private static LimitSettings ReadLimits(JsonFields? fields)
    {
        if (fields is null)
        {
            return new LimitSettings();
        }

        var ages = fields.Object("maxPriceAgeSeconds");
        var limits = new LimitSettings
        {
            MaxOrderNotional = Numbers.Amount(fields, "maxOrderNotional"),
            MaxDailyTurnover = Numbers.Amount(fields, "maxDailyTurnover") ?? 0.5m,
            MaxBalanceAgeSeconds = Numbers.Positive(fields, "maxBalanceAgeSeconds") ?? 30,
            MaxCryptoPriceAgeSeconds = (ages is null ? null : Numbers.Positive(ages, "crypto")) ?? 5,
            MaxEquityPriceAgeSeconds = (ages is null ? null : Numbers.Positive(ages, "equity")) ?? 15,
            MaxFrozenAgeSeconds = Numbers.Positive(fields, "maxFrozenAgeSeconds") ?? 3600,
            MaxDrawdown = Numbers.Amount(fields, "maxDrawdown", 1) ?? 0.2m,
            MaxRulesAgeSeconds = Numbers.Positive(fields, "maxRulesAgeSeconds") ?? 3600,
            MaxClockSkewSeconds = Numbers.Amount(fields, "maxClockSkewSeconds", 60) ?? 1,
            MaxExposure = ReadExposure(fields.Object("maxExposure")),
            Reason = fields.Text("reason"),
        };
        ages?.RejectUnknown();
        fields.RejectUnknown();
        return limits;
    }
}
