namespace Rebalancer.Bench.Weights;

/// <summary>One figure of the weight methods.</summary>
/// <param name="Bench">What was measured.</param>
/// <param name="N">Assets.</param>
/// <param name="Ms">Median milliseconds, warm.</param>
public sealed record WeightRow(string Bench, int N, double Ms);
