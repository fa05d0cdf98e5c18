using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Audit;

/// <summary>The problem a decision was made from, with other settings.</summary>
public static class WhatIf
{
    /// <exception cref="PlacementInputException">The changes do not fit the decision, in words.</exception>
    public static PlacementProblem Change(PlacementProblem problem, WhatIfRequest changes)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Targets is { } targets)
        {
            Check(targets, problem);
        }

        CheckRange("band", changes.Band, 1);
        CheckRange("deviationWeight", changes.DeviationWeight, decimal.MaxValue);
        CheckRange("orderPenalty", changes.OrderPenalty, decimal.MaxValue);
        CheckRange("cashReserve", changes.CashReserve, decimal.MaxValue);
        return problem with
        {
            Targets = changes.Targets is { } changed ? new SortedDictionary<string, decimal>(changed, StringComparer.Ordinal) : problem.Targets,
            Objective = changes.Objective ?? problem.Objective,
            Band = changes.Band ?? problem.Band,
            DeviationWeight = changes.DeviationWeight ?? problem.DeviationWeight,
            OrderPenalty = changes.OrderPenalty ?? problem.OrderPenalty,
            CashReserve = changes.CashReserve ?? problem.CashReserve,
        };
    }

    /// <summary>What was not priced then cannot be planned now: prices of another day would make another decision.</summary>
    private static void Check(SortedDictionary<string, decimal> targets, PlacementProblem problem)
    {
        List<string> known = [.. problem.Prices.Keys.Union(problem.Targets.Keys).Order(StringComparer.Ordinal)];
        foreach (var (asset, weight) in targets)
        {
            if (!known.Contains(asset))
            {
                var nearest = NearestName.Of(asset, known);
                throw new PlacementInputException(
                    "targets", $"the decision had no price of {asset}; {(nearest is null ? "it" : $"did you mean {nearest}? It")} knew {string.Join(", ", known)}");
            }

            if (weight is < 0 or > 1)
            {
                throw new PlacementInputException($"targets.{asset}", $"must be a weight from 0 to 1, is {DecimalText.Format(weight)}; write 0.25 for a quarter");
            }
        }

        if (targets.Values.Sum() is > 1 and var sum)
        {
            throw new PlacementInputException("targets", $"add up to {DecimalText.Format(sum)}, more than all there is; make them add up to 1 or less, the rest is cash");
        }
    }

    private static void CheckRange(string name, decimal? value, decimal largest)
    {
        if (value < 0 || value > largest)
        {
            throw new PlacementInputException(name, $"must not be below 0{(largest == 1 ? " or above 1" : "")}, is {DecimalText.Format(value.Value)}; correct it");
        }
    }
}
