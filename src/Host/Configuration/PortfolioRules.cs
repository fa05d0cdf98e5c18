using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights;

namespace Rebalancer.Host.Configuration;

/// <summary>What must hold inside one portfolio.</summary>
internal static class PortfolioRules
{
    public static void Check(PortfolioConfiguration portfolio, JsonFields fields)
    {
        if (portfolio.Targets.Weights.ContainsKey(portfolio.BaseCurrency) || portfolio.Targets.Assets.Contains(portfolio.BaseCurrency))
        {
            fields.Report("targets", $"the base currency {portfolio.BaseCurrency} has a target", "remove it: what the other weights leave is the cash target");
        }

        if (portfolio.Smoothing == 0)
        {
            fields.Report("smoothing", "0 would never move towards new targets", "give a share above 0 and at most 1");
        }

        if (!fields.IsPresent("accounts") || portfolio.Accounts.Count == 0)
        {
            fields.Report("accounts", "names no account", "list the ids of its accounts");
        }

        if (portfolio.Placement.Objective is { } objective && Conflicts(objective, portfolio.CashFlow))
        {
            fields.Report("cashFlow", $"does not go with placement.objective {objective}", "remove placement.objective: cashFlow decides it");
        }
    }

    public static void CheckTargets(bool isFixed, SortedDictionary<string, decimal> weights, IReadOnlyList<string> assets, JsonFields fields)
    {
        try
        {
            WeightMethods.Compute(isFixed ? "fixed" : "equal", new WeightRequest(assets, weights));
        }
        catch (WeightException wrong)
        {
            var parts = wrong.Message.Split(';', 2, StringSplitOptions.TrimEntries);
            fields.Report(isFixed ? "weights" : "assets", parts[0], parts.Length > 1 ? parts[1] : "correct the targets");
        }

        foreach (var (asset, weight) in weights.Where(pair => pair.Value > 1))
        {
            fields.Report("weights", $"the weight of {asset} is {DecimalText.Format(weight)}", "weights are shares: write 0.25 for 25 %");
        }
    }

    public static void CheckSchedule(ScheduleConfiguration schedule, JsonFields fields)
    {
        if (schedule.Cron.Length > 0 && Quartz.CronExpression.IsValidExpression(schedule.Cron) is false)
        {
            fields.Report("cron", $"\"{schedule.Cron}\" is not a Quartz cron expression", "write seconds first, as \"0 30 16 ? * MON-FRI\"");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _))
        {
            fields.Report("timeZone", $"\"{schedule.TimeZone}\" is not a known time zone", "write an IANA name, as \"America/New_York\"");
        }
    }

    private static bool Conflicts(PlacementObjective objective, CashFlowRule rule) => rule switch
    {
        CashFlowRule.InvestOnly => objective is not PlacementObjective.BuyOnly,
        CashFlowRule.WithdrawOnly => objective is not PlacementObjective.SellOnly,
        CashFlowRule.Hybrid => objective is not PlacementObjective.Tracking,
        _ => objective is PlacementObjective.BuyOnly or PlacementObjective.SellOnly,
    };
}
