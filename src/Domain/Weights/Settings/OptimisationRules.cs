using System.Globalization;
using Rebalancer.Domain.Weights.Methods;

namespace Rebalancer.Domain.Weights.Settings;

/// <param name="Field">As in the settings, such as <c>targetVolatility</c>; on the command line it is <c>--target-volatility</c>.</param>
public sealed record OptionFault(string Field, string Problem, string Remedy);

/// <summary>What is wrong with options whatever the history, and which of them the method does not use.</summary>
public static class OptimisationRules
{
    private static readonly string[] WithTargetReturn = ["efficient-return", "min-cvar", "min-cdar", "min-semivariance", "frontier"];
    private static readonly string[] OfTails = ["min-cvar", "min-cdar"];

    public static IReadOnlyList<OptionFault> Check(string method, OptimisationOptions options)
    {
        var faults = new List<OptionFault>();
        if (!OptimisationMethods.Names.Contains(method))
        {
            faults.Add(new OptionFault("method", $"\"{method}\" is not known", $"use one of {string.Join(", ", OptimisationMethods.Names)}"));
        }

        CheckNumbers(options, faults);
        if (method == "efficient-risk" && options.TargetVolatility is null)
        {
            faults.Add(new OptionFault("targetVolatility", "efficient-risk needs it", "give the most volatility a year, as 0.15"));
        }

        if (method == "efficient-return" && options.TargetReturn is null)
        {
            faults.Add(new OptionFault("targetReturn", "efficient-return needs it", "give the least return a year, as 0.08"));
        }

        return faults;
    }

    /// <summary>Options that were given and change nothing; a sentence each.</summary>
    public static IReadOnlyList<string> Unused(string method, OptimisationOptions options)
    {
        var standard = new OptimisationOptions();
        (bool IsGiven, string Name, bool IsUsed)[] given =
        [
            (options.TargetReturn is not null, "the target return", WithTargetReturn.Contains(method)),
            (options.TargetVolatility is not null, "the target volatility", method is "efficient-risk" or "frontier"),
            (options.RiskAversion != standard.RiskAversion, "the risk aversion", method == "max-utility"),
            (options.Beta != standard.Beta, "beta", OfTails.Contains(method)),
            (options.BenchmarkReturn != 0, "the benchmark return", method == "min-semivariance"),
            (options.Linkage != standard.Linkage, "the linkage", method == "hrp"),
            (options.RiskBudgets is not null, "the risk budgets", method == "risk-parity"),
            (options.Views.Count == 0 && (options.Tau is not null || options.Prior is not null), "tau or a prior without views", false),
        ];
        return [.. given.Where(option => option.IsGiven && !option.IsUsed).Select(option => $"{method} does not use {option.Name}; it changes nothing")];
    }

    private static void CheckNumbers(OptimisationOptions options, List<OptionFault> faults)
    {
        void Require(bool holds, string field, double? value, string problem, string remedy)
        {
            if (!holds)
            {
                faults.Add(new OptionFault(field, string.Create(CultureInfo.InvariantCulture, $"{value} {problem}"), remedy));
            }
        }

        Require(options.Frequency is null or > 0, "frequency", options.Frequency, "is not above zero", "give the periods a year: 252 for shares, 365 for crypto");
        Require(options.Span is null or > 0, "span", options.Span, "is not above zero", "give a number of periods, as 180");
        Require(options.RiskAversion > 0, "riskAversion", options.RiskAversion, "is not above zero", "give a positive number");
        Require(options.Beta is > 0 and < 1, "beta", options.Beta, "is not a level", "give a number between 0 and 1, as 0.95");
        Require(options.Sum > 0, "sum", options.Sum, "is not above zero", "give what the weights add up to, as 1");
        Require(options.GrossMax is null or > 0, "grossMax", options.GrossMax, "is not above zero", "give the largest sum of absolute weights, as 1.5");
        Require(options.MaxTurnover is null or >= 0, "maxTurnover", options.MaxTurnover, "is below zero", "give the largest sum of |w - current|, as 0.2");
        Require(options.TransactionCost >= 0, "transactionCost", options.TransactionCost, "is below zero", "give a share of what is traded, as 0.001");
        Require(options.L2 >= 0, "l2", options.L2, "is below zero", "give zero or more");
        Require(options.MaxAssets is null or > 0, "maxAssets", options.MaxAssets, "is not above zero", "give the most assets that may be held");
        Require(options.MinWeightIfHeld is null or (> 0 and <= 1), "minWeightIfHeld", options.MinWeightIfHeld, "is not a weight", "give a number above 0 and at most 1, as 0.02");
        Require(options.TargetVolatility is null or > 0, "targetVolatility", options.TargetVolatility, "is not above zero", "give a volatility a year, as 0.15");
        Require(options.Tau is null or > 0, "tau", options.Tau, "is not above zero", "give a number such as 0.05");
        Require(options.Net is null || options.Net.Low <= options.Net.High, "net", options.Net?.Low, "is above the upper end", "write LO:HI with LO not above HI");
        Require(options.Bounds.Low <= options.Bounds.High, "bounds", options.Bounds.Low, "is above the upper end", "write LO:HI with LO not above HI");
    }
}
