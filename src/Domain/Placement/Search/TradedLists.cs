namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The trades of every account and of every asset, and which of them trade now. The traded ones come first in each list, so that both can be
/// drawn from in constant time; the order within depends on the moves alone.
/// </summary>
internal sealed class TradedLists
{
    private readonly Grouping _accounts;
    private readonly Grouping _assets;

    public TradedLists(SearchProblem problem)
    {
        _accounts = new Grouping(problem.Account, problem.AccountCount, problem.Most);
        _assets = new Grouping(problem.Asset, problem.Assets.Count, problem.Most);
    }

    /// <summary>Trades with an open side in an account, the traded ones first.</summary>
    public ReadOnlySpan<int> OfAccount(int account) => _accounts.All(account);

    public int TradedInAccount(int account) => _accounts.Traded[account];

    public ReadOnlySpan<int> OfAsset(int asset) => _assets.All(asset);

    public int TradedInAsset(int asset) => _assets.Traded[asset];

    public void Add(int trade)
    {
        _accounts.Add(trade);
        _assets.Add(trade);
    }

    public void Remove(int trade)
    {
        _accounts.Remove(trade);
        _assets.Remove(trade);
    }

    private sealed class Grouping
    {
        private readonly int[] _group;
        private readonly int[] _start;
        private readonly int[] _members;
        private readonly int[] _position;

        public Grouping(int[] group, int groups, double[] most)
        {
            _group = group;
            _start = new int[groups + 1];
            _position = new int[group.Length];
            Traded = new int[groups];
            var open = Enumerable.Range(0, group.Length).Where(trade => most[2 * trade] > 0 || most[(2 * trade) + 1] > 0).ToList();
            foreach (var trade in open)
            {
                _start[group[trade] + 1]++;
            }

            for (var index = 0; index < groups; index++)
            {
                _start[index + 1] += _start[index];
            }

            _members = new int[open.Count];
            var next = _start.ToArray();
            foreach (var trade in open)
            {
                _position[trade] = next[group[trade]];
                _members[next[group[trade]]++] = trade;
            }
        }

        public int[] Traded { get; }

        public ReadOnlySpan<int> All(int group) => _members.AsSpan(_start[group], _start[group + 1] - _start[group]);

        public void Add(int trade)
        {
            var group = _group[trade];
            var boundary = _start[group] + Traded[group];
            if (_position[trade] >= boundary)
            {
                Swap(trade, boundary);
                Traded[group]++;
            }
        }

        public void Remove(int trade)
        {
            var group = _group[trade];
            var boundary = _start[group] + Traded[group];
            if (_position[trade] < boundary)
            {
                Swap(trade, boundary - 1);
                Traded[group]--;
            }
        }

        private void Swap(int trade, int position)
        {
            var other = _members[position];
            (_members[_position[trade]], _members[position]) = (other, trade);
            (_position[other], _position[trade]) = (_position[trade], position);
        }
    }
}
