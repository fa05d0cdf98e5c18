using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>The program's plans beside the best that an oracle found: what agrees, what does not, and which rules were met.</summary>
internal sealed class OracleComparison(IMilpSolver solver, decimal solverError = Agreement.SolverError)
{
    private readonly SortedDictionary<string, int> _coverage = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private int _impossible;

    public int Tried { get; private set; }

    public int RulesMet => _coverage.Count;

    /// <summary>A line a problem on which they disagree.</summary>
    public string Failures => string.Join('\n', _failures);

    public string Summary => $"{Tried} problems, {_impossible} without any plan; with each rule: {string.Join(", ", _coverage.Select(rule => $"{rule.Key} {rule.Value}"))}";

    /// <param name="best">Null where no plan keeps the rules.</param>
    public void Add(int seed, PlacementProblem problem, IReadOnlyList<string> rules, Verdict? best)
    {
        Tried++;
        _impossible += best is null ? 1 : 0;
        foreach (var rule in rules)
        {
            _coverage[rule] = _coverage.GetValueOrDefault(rule) + 1;
        }

        if (Fault(problem, best) is { } fault)
        {
            _failures.Add($"seed {seed}: {fault}; {string.Join(", ", rules)}");
        }
    }

    private string? Fault(PlacementProblem problem, Verdict? best)
    {
        Plan plan;
        try
        {
            plan = Planner.Plan(problem, solver).Plan;
        }
        catch (Exception exception) when (exception is PlacementInputException or InvalidPlanException)
        {
            return best is null && exception is PlacementInputException ? null : exception.Message;
        }

        if (PlanChecker.Check(problem, plan) is [var broken, ..])
        {
            return broken;
        }

        var isInfeasible = best is null or { Value: Verdict.OutsideTheBand };
        if (isInfeasible || plan.Status == PlanStatus.Infeasible)
        {
            return isInfeasible == (plan.Status == PlanStatus.Infeasible) ? null : $"status {plan.Status}, the oracle's best is {best}";
        }

        var verdict = new ExhaustiveOracle(problem).Judge(plan);
        return verdict is null ? "the oracle finds a broken rule"
            : plan.Status != PlanStatus.Optimal ? $"status {plan.Status}"
            : Agreement.Fault(problem, plan, verdict, best!, solverError);
    }
}
