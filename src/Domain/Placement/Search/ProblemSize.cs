using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>What the work of a search grows with.</summary>
/// <param name="CashRows">Accounts and currencies that trades spend from.</param>
/// <param name="Rows">All rows that several trades share: those, caps and reserves.</param>
internal readonly record struct ProblemSize(int Trades, int CashRows, int Rows)
{
    public static ProblemSize Of(SearchProblem problem) => new(
        problem.TradeCount,
        problem.Portfolio.Options.Select(option => (option.Account, option.Market.Quote)).Distinct().Count(),
        problem.Room.Zip(SingleTradeRows.Of(problem)).Count(row => double.IsFinite(row.First) && !row.Second));
}
