using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Stage 0 of the search: brings back cash that is below zero or its reserve, and value above a cap. Selling what costs least usually restores
/// everything, and then nothing can be better; otherwise the exact model says how little can remain.
/// </summary>
internal sealed class Restoration(SearchState state)
{
    private const int MostSteps = 10_000;
    private readonly SearchProblem _problem = state.Problem;
    private readonly BestResponse _response = new(state, RoomPrices.None(state.Problem));

    /// <summary>True where every broken row has been restored.</summary>
    public bool IsComplete => Remaining().Count == 0;

    /// <summary>Restores by the cheapest trades; asks the solver where that is not enough and more may be possible.</summary>
    public RestoredProblem Restore(SolverSession session)
    {
        MakeCheapestTrades();
        var isLeast = IsComplete || IsLeast();
        if (!isLeast)
        {
            SolveExactly(session);
        }

        return Outcome(isLeast || IsComplete);
    }

    /// <summary>Restores by the cheapest trades alone; more may be possible.</summary>
    public RestoredProblem RestoreByCheapest()
    {
        MakeCheapestTrades();
        return Outcome(IsComplete);
    }

    private void MakeCheapestTrades()
    {
        foreach (var (row, sides) in MendingSides())
        {
            for (var step = 0; step < MostSteps && state.Room[row] < 0 && TakeStep(sides); step++)
            {
            }
        }
    }

    private RestoredProblem Outcome(bool isOfEveryPlan)
    {
        var remaining = Remaining();
        return remaining.Count == 0 ? new RestoredProblem(_problem, [], isOfEveryPlan) : new RestoredProblem(Relaxed(remaining), Words(remaining), isOfEveryPlan);
    }

    private List<int> Remaining() => [.. Enumerable.Range(0, state.Room.Length).Where(row => state.Room[row] < state.LeastRoomAllowed)];

    /// <summary>The open sides that bring room, by row broken from the start.</summary>
    private SortedDictionary<int, List<int>> MendingSides()
    {
        var (sides, entries) = (new SortedDictionary<int, List<int>>(), _problem.Resource);
        foreach (var row in Remaining())
        {
            sides[row] = [];
        }

        for (var side = 0; side < _problem.Most.Length && sides.Count > 0; side++)
        {
            for (var entry = entries.Start[side]; entry < entries.Start[side + 1]; entry++)
            {
                if (_problem.Most[side] > 0 && entries.PerValue[entry] > 0 && sides.TryGetValue(entries.Row[entry], out var mending))
                {
                    mending.Add(side);
                }
            }
        }

        return sides;
    }

    /// <summary>Makes the trade that brings a unit of what is missing at the least cost.</summary>
    private bool TakeStep(List<int> sides)
    {
        var (bestTrade, bestValue, bestCost) = (-1, 0.0, double.PositiveInfinity);
        foreach (var side in sides)
        {
            var (value, cost) = Try(side >> 1, side);
            if (cost < bestCost)
            {
                (bestTrade, bestValue, bestCost) = (side >> 1, value, cost);
            }
        }

        if (bestTrade >= 0)
        {
            state.Set(bestTrade, bestValue);
        }

        return bestTrade >= 0;
    }

    private bool Mends(int side)
    {
        var entries = _problem.Resource;
        for (var entry = entries.Start[side]; entry < entries.Start[side + 1]; entry++)
        {
            if (entries.PerValue[entry] > 0 && state.Room[entries.Row[entry]] < 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>A value that restores as much as it can, and its cost by unit restored; infinite where it restores nothing.</returns>
    private (double Value, double Cost) Try(int trade, int side)
    {
        var (old, objective, shortfall, rooms) = (state.Value[trade], state.Objective, state.Shortfall(trade), RoomsOf(trade));
        var isBuy = (side & 1) == 0;
        state.Set(trade, 0);
        var result = (0.0, double.PositiveInfinity);
        if (isBuy ? _response.CanBuy(trade) : _response.CanSell(trade))
        {
            var (least, most) = _response.Range(side, isBuy ? double.PositiveInfinity : _response.LargestSale(trade));
            if (least <= most)
            {
                state.Set(trade, isBuy ? least : -least);
                if (state.IsStranded(_problem.Pair[trade], state.PairSold[_problem.Pair[trade]]))
                {
                    state.Set(trade, -most);
                }

                var restored = shortfall - state.Shortfall(trade);
                if (restored > 0 && !IsWorse(trade, rooms) && state.Gain <= state.MostGainAllowed && !state.IsStranded(_problem.Pair[trade], state.PairSold[_problem.Pair[trade]]))
                {
                    result = (state.Value[trade], (state.Objective - objective) / restored);
                }
            }
        }

        state.Set(trade, old);
        return result;
    }

    /// <summary>What the rows that a trade moves have, in the order of its sides' entries.</summary>
    private double[] RoomsOf(int trade) =>
        [.. _problem.Resource.Row[_problem.Resource.Start[SearchProblem.BuySide(trade)].._problem.Resource.Start[SearchProblem.SellSide(trade) + 1]].Select(row => state.Room[row])];

    /// <summary>
    /// Some row is short of more than before: the ticket of a sale may take more cash than the sale brings, and no cap is restored at the cost of cash.
    /// </summary>
    private bool IsWorse(int trade, double[] before) =>
        RoomsOf(trade).Zip(before).Any(row => row.First < Math.Min(0, row.Second) + state.LeastRoomAllowed);

    /// <summary>
    /// Nothing that is still open could bring more: every side that mends a broken row trades all it may, and none has made another row worse. Then
    /// each row has the least shortfall that it can have, whatever the others have.
    /// </summary>
    private bool IsLeast()
    {
        for (var side = 0; side < _problem.Most.Length; side++)
        {
            var traded = (side & 1) == 0 ? state.Value[side >> 1] : -state.Value[side >> 1];
            if (_problem.Most[side] > 0 && Mends(side) && _response.Floor(side >> 1, _problem.Most[side]) > Math.Max(0, traded) - state.LeastRoomAllowed)
            {
                return false;
            }
        }

        return true;
    }

    private void SolveExactly(SolverSession session)
    {
        var model = new PlacementModel(_problem.Portfolio);
        if (StageZero.Minimise(model, session) is not { } values)
        {
            return;
        }

        var sizes = Rounding.Round(model, values);
        state.Load([.. _problem.Portfolio.Options.Select(option => (double)((sizes.Buys[option.Index] - sizes.Sells[option.Index]) * option.LotValue))]);
    }

    private SearchProblem Relaxed(List<int> remaining)
    {
        var (most, room) = (_problem.Most.ToArray(), _problem.Room.ToArray());
        foreach (var row in remaining)
        {
            room[row] -= state.Room[row];
        }

        var accounts = new SortedSet<int>(remaining.Select(row => _problem.RowAccount[row]));
        var isAnyAccount = accounts.Contains(SearchProblem.CommonReserve);
        foreach (var option in _problem.Portfolio.Options.Where(option => (isAnyAccount || accounts.Contains(option.AccountIndex)) && !_problem.Portfolio.IsFreeCash(option.Asset)))
        {
            most[SearchProblem.BuySide(option.Index)] = 0;
        }

        return _problem with { Most = most, Room = room };
    }

    private List<string> Words(List<int> remaining)
    {
        var accounts = new SortedSet<int>(remaining.Select(row => _problem.RowAccount[row]).Where(account => account >= 0));
        return
        [
            .. accounts.Select(account => StageZero.CannotRestore(_problem.Portfolio.Accounts[account].Id)),
            .. remaining.Where(row => _problem.RowAccount[row] < 0).Take(1).Select(_ => StageZero.CannotKeep),
        ];
    }
}

/// <param name="Problem">What is searched from here on: what stays broken may not get worse, and its accounts only sell.</param>
/// <param name="Warnings">What stays broken, in words.</param>
/// <param name="IsOfEveryPlan">
/// Whether every plan that restores as much keeps the rules of <paramref name="Problem"/>, so that a bound of it holds; otherwise what is missing may
/// be spread over the rows in another way.
/// </param>
internal sealed record RestoredProblem(SearchProblem Problem, IReadOnlyList<string> Warnings, bool IsOfEveryPlan);
