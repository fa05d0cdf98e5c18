using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>What settings of computed targets must satisfy, as far as that is known before there is a history.</summary>
public static class ComputedTargetRules
{
    private const int LongestLookbackDays = 20_000;

    /// <summary>Every fault as "field: what is wrong; what to do".</summary>
    public static IReadOnlyList<string> Check(PortfolioSettings settings)
    {
        var (targets, computed) = (settings.Targets, settings.Targets.Computed!);
        if (computed.Glide is { } glide)
        {
            return CheckGlide(glide);
        }

        var errors = OptimisationRules.Check(targets.Method, computed.Options).Select(fault => $"targets.{fault.Field}: {fault.Problem}; {fault.Remedy}").ToList();
        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                errors.Add(fault);
            }
        }

        Require(computed.Every is not null || targets.Assets.Count > 0, "targets.assets: no asset is named; name some, or write \"*\" for all that the accounts trade");
        Require(computed.Options.Sum <= 1, $"targets.sum: {computed.Options.Sum} is above 1; targets may add up to at most 1, the rest is cash");
        Require(
            computed.Options.Bounds.Low >= 0 && computed.Options.AssetBounds.Values.All(range => range.Low >= 0),
            "targets.bounds: a weight below zero would be a short sale, which is not traded; let bounds begin at 0 or above");
        Require(computed.Options.Net is null or { High: <= 1 }, "targets.net: the weights may add up to at most 1, the rest is cash; lower the upper end");
        Require(
            computed.LookbackDays is >= 2 and <= LongestLookbackDays,
            $"targets.lookbackDays: {computed.LookbackDays} is not from 2 to {LongestLookbackDays}; give the days of history to look at, as 365");
        Require(
            computed.MinHistoryDays is null || (computed.MinHistoryDays > 0 && computed.MinHistoryDays <= computed.LookbackDays),
            $"targets.minHistoryDays: {computed.MinHistoryDays} is not from 1 to lookbackDays; lower it or look back further");
        Require(settings.BaseCurrency != computed.Market && !targets.Assets.Contains(settings.BaseCurrency), $"targets.assets: {settings.BaseCurrency} is the base currency, whose price never moves; what the other weights leave to 1 is its target");
        errors.AddRange(settings.Unmanaged.Where(targets.Assets.Contains).Select(asset => $"unmanaged: {asset} also has a target; take it out of one of the two"));
        Require(
            settings.History.Provider == HistoryProvider.Venue || computed.Every?.MinDailyVolume is null,
            "targets.filter.minDailyVolume: a price file has no volumes; leave it out, or take the history from the venue");
        return errors;
    }

    private static IReadOnlyList<string> CheckGlide(GlideSettings glide)
    {
        if (glide.Age is null == glide.BirthDate is null)
        {
            return ["targets.age: glide-path needs either an age or a birthDate; give one of them"];
        }

        try
        {
            // Any age shows whether the classes and knots make a path.
            _ = (glide with { Age = glide.Age ?? (glide.Knots.Count == 0 ? 0 : glide.Knots[0].Age) }).On(default).Weights();
            return [];
        }
        catch (WeightException exception)
        {
            return [$"targets: {exception.Message}"];
        }
    }
}
