using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Rules about what an asset counts for.</summary>
internal static class StandIns
{
    /// <summary>The first two assets meet one target together.</summary>
    public static void AddReplacements(ProblemDraft draft)
    {
        draft.Targets["SET"] = draft.Targets.GetValueOrDefault(draft.Assets[0]) + draft.Targets.GetValueOrDefault(draft.Assets[1]);
        draft.Targets.Remove(draft.Assets[0]);
        draft.Targets.Remove(draft.Assets[1]);
        draft.Rest = draft.Rest with { Replacements = new(StringComparer.Ordinal) { ["SET"] = [draft.Assets[0], draft.Assets[1]] } };
    }

    /// <summary>The last asset is a fund of the first and of something that is held nowhere else.</summary>
    public static void AddFund(ProblemDraft draft)
    {
        draft.Targets.Remove(draft.Assets[^1]);
        draft.Rest = draft.Rest with
        {
            Exposures = new(StringComparer.Ordinal) { [draft.Assets[^1]] = new(StringComparer.Ordinal) { [draft.Assets[0]] = 0.5m, ["other"] = draft.Toss() ? 0.5m : 0.25m } },
        };
        if (draft.Toss())
        {
            draft.Targets["other"] = Math.Max(0, Math.Min(0.2m, 1 - draft.Targets.Values.Sum()));
        }
    }

    /// <summary>An asset that nobody wants any more, with a minimum that a rest may fall below.</summary>
    public static void DropTargetWithMinimum(ProblemDraft draft)
    {
        var unwanted = draft.AnyAsset();
        draft.Targets.Remove(unwanted);
        draft.ChangeAll(account => account with { Markets = [.. account.Markets.Select(market => market.Asset == unwanted ? market with { MinQuantity = 2 } : market)] });
    }
}
