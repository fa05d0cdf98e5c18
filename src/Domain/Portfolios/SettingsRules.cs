using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Weights;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What a portfolio's settings must satisfy before they may be journaled.</summary>
public static class SettingsRules
{
    /// <summary>Every fault as "field: what is wrong; what to do"; empty when the settings may be used.</summary>
    public static IReadOnlyList<string> Check(PortfolioSettings settings)
    {
        var errors = new List<string>();
        CheckTargets(settings, errors);
        CheckShares(settings, errors);
        CheckObjective(settings, errors);
        foreach (var twice in settings.Accounts.GroupBy(id => id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"accounts: {twice.Key} is listed twice; name it once");
        }

        return errors;
    }

    /// <summary>The placement objective a decision uses.</summary>
    /// <param name="outOfBand">Whether any asset has left its band; matters to hybrid only.</param>
    /// <param name="owesCash">
    /// Whether some account has less cash than it must. That is restored first, so where nothing is sold otherwise this decision only sells.
    /// </param>
    public static PlacementObjective ObjectiveFor(PortfolioSettings settings, bool outOfBand, bool owesCash = false) => settings.CashFlow switch
    {
        _ when OnlyRestores(settings, outOfBand, owesCash) => PlacementObjective.SellOnly,
        CashFlowMode.InvestOnly => PlacementObjective.BuyOnly,
        CashFlowMode.WithdrawOnly => PlacementObjective.SellOnly,
        CashFlowMode.Hybrid when !outOfBand => PlacementObjective.BuyOnly,
        CashFlowMode.Hybrid => PlacementObjective.Tracking,
        _ => settings.Placement.Objective,
    };

    /// <summary>True where the settings sell nothing but an account owes: then only what brings the cash back is sold.</summary>
    public static bool OnlyRestores(PortfolioSettings settings, bool outOfBand, bool owesCash) => owesCash
        && (settings.CashFlow == CashFlowMode.InvestOnly || (settings.CashFlow == CashFlowMode.Hybrid && !outOfBand)
            || (settings.CashFlow == CashFlowMode.Full && settings.Placement.Objective == PlacementObjective.BuyOnly));

    private static void CheckTargets(PortfolioSettings settings, List<string> errors)
    {
        if (settings.Targets.Computed is not null)
        {
            errors.AddRange(ComputedTargetRules.Check(settings));
            return;
        }

        try
        {
            var targets = WeightMethods.Compute(settings.Targets.Method, new WeightRequest(settings.Targets.Assets, settings.Targets.Weights));
            if (targets.ByAsset.ContainsKey(settings.BaseCurrency))
            {
                errors.Add($"targets: {settings.BaseCurrency} is the base currency; what the other weights leave to 1 is its target already");
            }

            errors.AddRange(settings.Unmanaged.Where(targets.ByAsset.ContainsKey)
                .Select(asset => $"unmanaged: {asset} also has a target; take it out of one of the two"));
        }
        catch (WeightException exception)
        {
            errors.Add($"targets: {exception.Message}");
        }
    }

    private static void CheckShares(PortfolioSettings settings, List<string> errors)
    {
        void Require(bool holds, string field, decimal value, string expected)
        {
            if (!holds)
            {
                errors.Add($"{field}: {DecimalText.Format(value)} is not {expected}");
            }
        }

        Require(settings.Bands.Absolute is >= 0 and <= 1, "bands.absolute", settings.Bands.Absolute, "a share from 0 to 1");
        Require(settings.Bands.Relative >= 0, "bands.relative", settings.Bands.Relative, "zero or more");
        foreach (var (asset, band) in settings.Bands.Assets)
        {
            Require(band.Absolute is null or (>= 0 and <= 1), $"bands.assets.{asset}.absolute", band.Absolute ?? 0, "a share from 0 to 1");
            Require(band.Relative is null or >= 0, $"bands.assets.{asset}.relative", band.Relative ?? 0, "zero or more");
        }

        Require(settings.Smoothing is > 0 and <= 1, "smoothing", settings.Smoothing, "a share above 0 and at most 1");
        Require(settings.MinTradeValue >= 0, "minTradeValue", settings.MinTradeValue, "zero or more");
        Require(settings.MinIntervalDays >= 0, "minIntervalDays", settings.MinIntervalDays, "zero or more");
        Require(settings.CashReserve >= 0, "cashReserve", settings.CashReserve, "zero or more");
        Require(settings.Orders.PriceCollar is > 0 and < 1, "orders.priceCollar", settings.Orders.PriceCollar, "a share between 0 and 1");
        Require(settings.Orders.Slices >= 1, "orders.slices", settings.Orders.Slices, "1 or more");
        Require(settings.Orders.TimeoutSeconds >= 1, "orders.timeoutSeconds", settings.Orders.TimeoutSeconds, "1 or more");
        Require(
            settings.Orders.RepriceSeconds is null || settings.Orders.RepriceSeconds < settings.Orders.TimeoutSeconds, "orders.repriceSeconds",
            settings.Orders.RepriceSeconds ?? 0, $"below orders.timeoutSeconds, {settings.Orders.TimeoutSeconds}");
        Require(
            settings.Orders.RepriceSeconds is null || settings.Orders.TimeInForce != Domain.Orders.TimeInForce.ImmediateOrCancel, "orders.repriceSeconds",
            settings.Orders.RepriceSeconds ?? 0, "of use with timeInForce \"ioc\", whose orders never rest; leave one of the two out");
        Require(settings.Limits.MaxDailyTurnover > 0, "limits.maxDailyTurnover", settings.Limits.MaxDailyTurnover, "above 0");
        Require(settings.Limits.MaxDrawdown is null or (> 0 and < 1), "limits.maxDrawdown", settings.Limits.MaxDrawdown ?? 0, "between 0 and 1");
        var exposure = settings.Limits.MaxExposure;
        Require(exposure.Account is null or > 0, "limits.maxExposure.account", exposure.Account ?? 0, "above 0");
        Require(exposure.Total is null or > 0, "limits.maxExposure.total", exposure.Total ?? 0, "above 0");
        foreach (var (asset, most) in exposure.Assets)
        {
            Require(most >= 0, $"limits.maxExposure.assets.{asset}", most, "zero or more");
        }

        Require(settings.Limits.MaxOrderNotional is null or > 0, "limits.maxOrderNotional", settings.Limits.MaxOrderNotional ?? 0, "above 0");
    }

    private static void CheckObjective(PortfolioSettings settings, List<string> errors)
    {
        var wanted = settings.Placement.Objective;
        var conflict = settings.CashFlow switch
        {
            CashFlowMode.InvestOnly => wanted is not (PlacementObjective.Tracking or PlacementObjective.BuyOnly),
            CashFlowMode.WithdrawOnly => wanted is not (PlacementObjective.Tracking or PlacementObjective.SellOnly),
            CashFlowMode.Hybrid => wanted is not PlacementObjective.Tracking,
            _ => false,
        };
        if (conflict)
        {
            errors.Add($"cashFlow: {settings.CashFlow} decides the objective, and placement.objective says {wanted}; leave one of the two out");
        }
    }
}
