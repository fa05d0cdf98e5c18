namespace Rebalancer.Domain.Placement.Search;

/// <summary>Finds the trade of an asset in an account: the open trades of every account in the order of their assets.</summary>
internal sealed class AccountTrades
{
    private readonly int[] _start;
    private readonly int[] _asset;
    private readonly int[] _trade;

    /// <param name="open">The trades to be found.</param>
    public AccountTrades(SearchProblem problem, IReadOnlyList<int> open)
    {
        _trade = [.. open.OrderBy(trade => problem.Account[trade]).ThenBy(trade => problem.Asset[trade]).ThenBy(trade => trade)];
        _asset = [.. _trade.Select(trade => problem.Asset[trade])];
        _start = new int[problem.AccountCount + 1];
        foreach (var trade in open)
        {
            _start[problem.Account[trade] + 1]++;
        }

        for (var account = 0; account < problem.AccountCount; account++)
        {
            _start[account + 1] += _start[account];
        }
    }

    /// <returns>−1 where the account may not trade the asset; any of its markets where there are several.</returns>
    public int Find(int account, int asset)
    {
        var at = Array.BinarySearch(_asset, _start[account], _start[account + 1] - _start[account], asset);
        return at < 0 ? -1 : _trade[at];
    }
}
