namespace Rebalancer.Bench;

/// <summary>One figure.</summary>
/// <param name="Bench">What was measured.</param>
/// <param name="Value">The best of the repetitions, since interference of the machine only ever makes it worse; where two sides take turns, their median.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Reference">Name of the row of the same run to compare with; null when it is one.</param>
/// <param name="Ratio">Value divided by the reference's.</param>
public sealed record BenchRow(string Bench, double Value, string Unit, string? Reference = null, double? Ratio = null);
