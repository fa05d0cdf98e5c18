namespace Rebalancer.Domain.Placement.Search;

/// <summary>What the work of a search grows with.</summary>
/// <param name="CashRows">Accounts and currencies that trades spend from.</param>
/// <param name="Rows">All that trades share: those, caps and reserves.</param>
internal readonly record struct ProblemSize(int Trades, int CashRows, int Rows)
{
    public static ProblemSize Of(SearchProblem problem) => new(
        problem.TradeCount,
        problem.Portfolio.Options.Select(option => (option.Account, option.Market.Quote)).Distinct().Count(),
        problem.Room.Count(double.IsFinite));
}
