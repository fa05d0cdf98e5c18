namespace Rebalancer.Domain.Placement;

/// <summary>
/// Solves a mixed-integer linear program. To the Domain it is a function: the same problem and limits give the same answer, for limits
/// are work. Implementations may block; the caller keeps them off a mailbox.
/// </summary>
public interface IMilpSolver
{
    /// <exception cref="SolverUnavailableException">No solver answered: process missing, died, or hung past the backstop.</exception>
    MilpSolution Solve(MilpProblem problem, MilpLimits limits);
}

/// <summary>
/// Minimise <c>cost·x</c> subject to <c>rowLower ≤ A x ≤ rowUpper</c>, <c>lower ≤ x ≤ upper</c>, some x integer.
/// A is column-compressed: column j has entries <c>[ColumnStarts[j], ColumnStarts[j+1])</c> of <see cref="RowIndices"/> and
/// <see cref="Coefficients"/>. Infinite bounds are <see cref="double.PositiveInfinity"/> and its negative.
/// </summary>
public sealed record MilpProblem(
    double[] Cost,
    double[] Lower,
    double[] Upper,
    bool[] IsInteger,
    double[] RowLower,
    double[] RowUpper,
    int[] ColumnStarts,
    int[] RowIndices,
    double[] Coefficients,
    double[]? StartingPoint = null);

/// <param name="Nodes">Branch-and-bound nodes; a limit of work, so that the same input gives the same plan.</param>
/// <param name="AbsoluteGap">Stop when incumbent − bound is at most this, in units of the objective.</param>
/// <param name="BackstopSeconds">Wall-clock limit, after which the solver gives what it has.</param>
public sealed record MilpLimits(int Nodes, double AbsoluteGap, double BackstopSeconds)
{
    /// <summary>How long after the asking an answer is of use, on the wall clock; null where a solver may take its time to notice the backstop.</summary>
    public double? PatienceSeconds { get; init; }
}

/// <summary>What a solver found out about a problem.</summary>
public enum MilpStatus
{
    Optimal,
    Feasible,
    Infeasible,
    Unbounded,
    NoSolution,
}

/// <summary>What ended a solver or a search.</summary>
public enum MilpStop
{
    /// <summary>Proven within the requested gap.</summary>
    Gap,

    /// <summary>A limit of work was reached.</summary>
    Work,

    /// <summary>The wall-clock backstop fired.</summary>
    Clock,
}

/// <param name="Values">x, length n; empty unless Optimal or Feasible.</param>
/// <param name="Bound">Dual bound of the objective.</param>
/// <param name="RowDuals">Duals of the rows when the problem had no integers; otherwise empty.</param>
public sealed record MilpSolution(MilpStatus Status, MilpStop Stop, double Objective, double Bound, double[] Values, double[] RowDuals, long Nodes)
{
    /// <summary>
    /// Set where the placement search answered in the solver's place. Then <see cref="Values"/> are the trades: by market, bought above zero and
    /// sold below, in base currency, as are objective and bound; nodes are moves.
    /// </summary>
    public SearchReport? Search { get; init; }
}

/// <param name="Warnings">What the reader of the plan should know, a sentence each.</param>
public sealed record SearchReport(IReadOnlyList<string> Warnings);

/// <summary>No solver answered. The message says what was tried and what to do.</summary>
public sealed class SolverUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
