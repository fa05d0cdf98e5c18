using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Configuration;

/// <summary>Reports what the Domain finds wrong with a portfolio at the lines it was written on, and what only the file's form can get wrong.</summary>
internal static class PortfolioRules
{
    public static void Check(PortfolioSettings portfolio, JsonFields fields)
    {
        foreach (var (asset, weight) in portfolio.Targets.Weights.Where(pair => pair.Value > 1))
        {
            Report(fields, $"targets.weights: the weight of {asset} is {DecimalText.Format(weight)}; weights are shares: write 0.25 for 25 %");
        }

        foreach (var fault in SettingsRules.Check(portfolio))
        {
            Report(fields, fault);
        }
    }

    public static void CheckSchedule(ScheduleSettings schedule, JsonFields fields)
    {
        if (schedule.Cron.Length > 0 && !Quartz.CronExpression.IsValidExpression(schedule.Cron))
        {
            fields.Report("cron", $"\"{schedule.Cron}\" is not a Quartz cron expression", "write seconds first, as \"0 30 16 ? * MON-FRI\"");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _))
        {
            fields.Report("timeZone", $"\"{schedule.TimeZone}\" is not a known time zone", "write an IANA name, as \"America/New_York\"");
        }
    }

    /// <param name="fault"><c>field: what is wrong; what to do</c>.</param>
    private static void Report(JsonFields fields, string fault)
    {
        var (path, text) = Split(fault, ": ");
        var (problem, remedy) = Split(text, "; ");
        if (path == "targets" && fields.Object("targets") is { } targets && targets.IsPresent("weights"))
        {
            path = "targets.weights";
        }

        var owner = fields;
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            owner = owner.Object(step) ?? owner;
        }

        owner.Report(steps[^1], problem, remedy.Length > 0 ? remedy : "correct it");
    }

    private static (string Before, string After) Split(string text, string separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + separator.Length)..]);
    }
}
