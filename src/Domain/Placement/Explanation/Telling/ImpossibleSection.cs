using System.Globalization;

namespace Rebalancer.Domain.Placement.Explanation.Telling;

/// <summary>What was not possible: rules that cannot all be kept, then asset by asset which accounts could not trade it, and why.</summary>
internal static class ImpossibleSection
{
    private const int MostAssets = 12;
    private const decimal Percent = 100;

    public static IReadOnlyList<string> Tell(Plan plan, MoneyText money)
    {
        var text = new TextBlock();
        // What is explained below as a conflict need not be said twice.
        foreach (var warning in plan.Warnings.Where(warning => plan.Explanation?.Conflicts.Any(conflict => conflict.Goal == warning) is not true))
        {
            text.Add(2, Sentence(warning));
        }

        foreach (var conflict in plan.Explanation?.Conflicts ?? [])
        {
            TellConflict(text, conflict);
        }

        var assets = plan.Skipped.Concat(plan.Explanation?.Limits ?? []).GroupBy(pair => pair.Asset, StringComparer.Ordinal)
            .Select(group => (Asset: group.Key, Off: Off(plan, group.Key), Pairs: group.ToList()))
            .OrderByDescending(asset => Math.Abs(asset.Off ?? 0)).ThenBy(asset => asset.Asset, StringComparer.Ordinal).ToList();
        foreach (var (asset, off, pairs) in assets.Take(MostAssets))
        {
            text.Add(2, Head(plan, asset, off, money));
            foreach (var reason in pairs.GroupBy(pair => pair.Reason, StringComparer.Ordinal))
            {
                text.Add(4, $"{TextBlock.Names([.. reason.Select(pair => pair.Account)])}: {reason.Key}.");
            }
        }

        if (assets.Count > MostAssets)
        {
            text.Add(2, string.Create(CultureInfo.InvariantCulture,
                $"{assets.Count - MostAssets} more assets are off by at most {money.Of(Math.Abs(assets[MostAssets].Off ?? 0))} each; the JSON output has them all."));
        }

        if (text.Lines.Count == 0)
        {
            text.Add(2, "Nothing stood in the way.");
        }

        return text.Lines;
    }

    private static decimal? Off(Plan plan, string asset) =>
        plan.Assets.FirstOrDefault(row => row.Asset == asset) is { } row ? (decimal)(row.After - row.Target) * plan.TotalValue : null;

    private static string Head(Plan plan, string asset, decimal? off, MoneyText money)
    {
        if (off is not { } amount)
        {
            return $"{asset} was not traded everywhere:";
        }

        var row = plan.Assets.First(candidate => candidate.Asset == asset);
        return money.IsNothing(amount)
            ? $"{asset} is on its target, but not everything could be traded:"
            : $"{asset} stays {money.Of(Math.Abs(amount))} {(amount < 0 ? "below" : "above")} its target ({Share(row.After)} instead of {Share(row.Target)}):";
    }

    private static string Share(double weight) => ((decimal)weight * Percent).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    private static void TellConflict(TextBlock text, RuleConflict conflict)
    {
        text.Add(2, $"{Sentence(conflict.Goal)} These rules exclude it together{(conflict.IsProven ? "" : " (one of them may not be needed)")}:");
        foreach (var rule in conflict.Rules)
        {
            text.Add(4, $"- {rule.Rule}");
        }
    }

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..].TrimEnd('.') + ".";
}
