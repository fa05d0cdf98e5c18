namespace Rebalancer.Domain.Placement.Stages;

/// <param name="Values">The model's columns, or null where there is no plan under all the rules.</param>
/// <param name="Bound">Of the stage-1 objective, scaled; null where another objective was solved.</param>
/// <param name="TradesBound">Fewest trades that any plan can have; null unless that was minimised.</param>
/// <param name="IsProven">The solver closed the gap it was asked to close.</param>
internal sealed record StageOutcome(double[]? Values, double? Bound, int? TradesBound, bool IsProven, MilpStop Stop);
