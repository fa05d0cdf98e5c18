using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// Improves a plan by closing parts of it: all trades of a few accounts, now and then of a few assets, are decided anew by branch and bound while the
/// rest stays. Annealing finds the region of good plans, this finds the best in it. The parts grow while branching closes them in few nodes, and get
/// more nodes once nothing is improved any more.
/// </summary>
/// <remarks>Shaw (1998), Using constraint programming and local search methods to solve vehicle routing problems: large neighbourhood search.</remarks>
internal sealed class NeighbourhoodSearch
{
    // Found by trial on portfolios of 10 to 100 accounts. Parts of accounts improve most; assets alone stop earlier, and take longer.
    private const double ShareOfAssets = 0.05;

    // The relaxation may be wrong about what is worth deciding: now and then everything is.
    private const double ShareOfAll = 0.2;
    private const double FirstSize = 70;
    private const double FirstSizeOfAssets = 35;
    private const double LeastSize = 20;
    private const double LargestSize = 250;
    private const double Growth = 1.02;
    private const double Shrinkage = 0.92;

    // The last group of a part may be large: of it no more pairs are taken than bring the part to this much of its size.
    private const double MostOfSize = 1.5;
    private const int FirstNodes = 15;
    private const int MostNodes = 1_000;

    // What a part costs besides its nodes.
    private const int NodesOfSetup = 10;
    private const int PartsBetweenRecomputations = 64;

    // Of the portfolio's value. A part's plan that is better by no more than this is not looked for.
    private const double Tolerance = 1e-8;

    private readonly SearchState _plan;
    private readonly RoomPrices _prices;
    private readonly bool[] _isCandidate;
    private readonly SearchRandom _random;
    private readonly List<int[]>[] _ofAccount;
    private readonly List<int[]>[] _ofAsset;
    private readonly int _openTrades;
    private double _size = FirstSize;
    private double _sizeOfAssets = FirstSizeOfAssets;
    private int _nodes = FirstNodes;
    private int _failures;

    /// <param name="plan">Obeys all rules; becomes the better plan.</param>
    /// <param name="prices">What the rooms of the whole problem are worth.</param>
    /// <param name="isCandidate">By trade: likely to be worth deciding anew, as what the plan trades always is.</param>
    public NeighbourhoodSearch(SearchState plan, RoomPrices prices, bool[] isCandidate, ulong seed)
    {
        (_plan, _prices, _isCandidate, _random) = (plan, prices, isCandidate, new SearchRandom(seed));
        var problem = plan.Problem;
        _ofAccount = [.. Enumerable.Range(0, problem.AccountCount).Select(_ => new List<int[]>())];
        _ofAsset = [.. problem.Assets.Select(_ => new List<int[]>())];
        foreach (var pair in problem.OpenTrades().GroupBy(trade => problem.Pair[trade]).Select(pair => pair.ToArray()))
        {
            _ofAccount[problem.Account[pair[0]]].Add(pair);
            _ofAsset[problem.Asset[pair[0]]].Add(pair);
            _openTrades += pair.Length;
        }
    }

    /// <param name="work">In trades looked at, as often as they are.</param>
    /// <param name="deadline">Ends the search early.</param>
    public void Run(long work, IDeadline? deadline)
    {
        var isClosed = false;
        for (var part = 1; work > 0 && !isClosed && deadline is not { HasPassed: true }; part++)
        {
            var isOfAssets = _random.NextUnit() < ShareOfAssets;
            ref var size = ref isOfAssets ? ref _sizeOfAssets : ref _size;
            var trades = Draw(isOfAssets ? _ofAsset : _ofAccount, size, ofAll: _random.NextUnit() < ShareOfAll);
            var nodes = Close(trades, deadline);
            isClosed = nodes < _nodes && trades.Count == _openTrades;
            size = nodes < _nodes ? Math.Min(LargestSize, size * Growth) : Math.Max(LeastSize, size * Shrinkage);
            work -= Math.Max(1, trades.Count) * (NodesOfSetup + nodes);
            if (part % PartsBetweenRecomputations == 0)
            {
                _plan.Recompute();
            }
        }

        _plan.Recompute();
    }

    /// <returns>Nodes it took.</returns>
    private int Close(List<int> trades, IDeadline? deadline)
    {
        var part = new Neighbourhood(_plan, trades);
        var closed = new BranchAndBound(part.Problem, part.Plan(), Tolerance * (double)_plan.Problem.Portfolio.TotalValue, isPart: true)
            .Run(part.PricesOf(_prices), _nodes, deadline);
        if (part.TryTake(closed.Values))
        {
            _failures = 0;
        }
        else if (++_failures >= _plan.Problem.AccountCount)
        {
            (_nodes, _failures) = (Math.Min(MostNodes, _nodes * 3 / 2), 0);
        }

        return closed.Nodes;
    }

    /// <summary>The trades of as many groups, drawn at random, as are about that many trades; in ascending order.</summary>
    private List<int> Draw(List<int[]>[] groups, double size, bool ofAll)
    {
        var trades = new List<int>();
        foreach (var group in Shuffled(groups).TakeWhile(_ => trades.Count < size))
        {
            foreach (var pair in Shuffled(group).Where(pair => ofAll || IsNear(pair)).TakeWhile(_ => trades.Count < MostOfSize * size))
            {
                trades.AddRange(pair);
            }
        }

        trades.Sort();
        return trades;
    }

    private bool IsNear(int[] pair) => Array.Exists(pair, trade => _isCandidate[trade] || _plan.Value[trade] != 0);

    private IEnumerable<T> Shuffled<T>(IReadOnlyList<T> items)
    {
        var order = Enumerable.Range(0, items.Count).ToArray();
        for (var drawn = 0; drawn < order.Length; drawn++)
        {
            var other = drawn + _random.Next(order.Length - drawn);
            (order[drawn], order[other]) = (order[other], order[drawn]);
            yield return items[order[drawn]];
        }
    }
}
