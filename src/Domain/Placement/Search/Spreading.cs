namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Stage 2 of the search: among plans within the slack of the best and with no more orders, local moves that lower Σ deviation² / target, so
/// that contributions and withdrawals water-fill. A move shifts value between two trades of an account, or changes one.
/// </summary>
internal sealed class Spreading
{
    /// <summary>How often few moves are made, each time from the same plan.</summary>
    public const int Descents = 8;

    private const int MovesBetweenLooks = 1024;
    private const double LeastImprovement = 1e-12;

    // Whole lots end a descent in one of many minima; where moves are few, others are tried from the same plan.
    private const long FewMoves = 30_000;

    private readonly SearchState _state;
    private readonly SearchProblem _problem;
    private readonly BestResponse _response;
    private readonly double[] _scale;
    private readonly SearchRandom _random;
    private int _orders;
    private int _mostOrders;

    public Spreading(SearchState state, ulong seed)
    {
        _state = state;
        _problem = state.Problem;
        _response = new BestResponse(state, RoomPrices.None(state.Problem));
        _random = new SearchRandom(seed);
        var portfolio = _problem.Portfolio;
        _scale = [.. portfolio.Rows.Select(row => 1 / (double)(row.TargetValue > 0 ? row.TargetValue : portfolio.TotalValue / portfolio.Rows.Count))];
    }

    /// <param name="slack">How much worse the objective may become.</param>
    /// <param name="deadline">Ends the moves early.</param>
    public void Run(long moves, double slack, IDeadline? deadline)
    {
        var accounts = Enumerable.Range(0, _problem.AccountCount).Where(account => _state.Traded.TradedInAccount(account) > 0).ToArray();
        if (accounts.Length == 0 || _scale.Length < 2)
        {
            return;
        }

        var most = _state.Objective + slack;
        var start = _state.Value.ToArray();
        var best = (Penalty: Penalty(), Values: start);
        for (var descent = moves < FewMoves ? Descents : 1; descent > 0; descent--)
        {
            _state.Load(start);
            Descend(accounts, moves, most, deadline);
            best = Penalty() < best.Penalty ? (Penalty(), _state.Value.ToArray()) : best;
        }

        _state.Load(best.Values);
    }

    private void Descend(int[] accounts, long moves, double most, IDeadline? deadline)
    {
        _orders = accounts.Sum(_state.Traded.TradedInAccount);
        _mostOrders = _problem.OrderPenalty > 0 ? _orders : int.MaxValue;
        for (long move = 0; move < moves; move++)
        {
            if (move % MovesBetweenLooks == 0 && deadline is { HasPassed: true })
            {
                break;
            }

            Step(accounts[_random.Next(accounts.Length)], most);
        }

        _state.Recompute();
    }

    /// <summary>
    /// Shifts value between a trade and another of the account, which may begin or end by it. Lots of different prices leave a rest, for which
    /// there may be no cash; in half of the moves a third trade takes it up.
    /// </summary>
    private void Step(int account, double most)
    {
        var trades = _state.Traded.OfAccount(account);
        var traded = _state.Traded.TradedInAccount(account);
        if (traded == 0)
        {
            return;
        }

        var first = trades[_random.Next(traded)];
        var second = trades[_random.Next((_random.NextBits() & 1) == 0 ? traded : trades.Length)];
        var third = (_random.NextBits() & 1) == 0 ? first : trades[_random.Next(traded)];
        var (firstBefore, secondBefore, thirdBefore) = (_state.Value[first], _state.Value[second], _state.Value[third]);
        var penalty = Penalty(first, second, third);
        var (amount, counter) = Amounts(first, second);
        _state.Set(first, Changed(first, amount));
        if (second != first)
        {
            _state.Set(second, Changed(second, counter));
        }

        if (third != first && third != second)
        {
            _state.Set(third, Changed(third, firstBefore + secondBefore - _state.Value[first] - _state.Value[second]));
        }

        var after = Penalty(first, second, third);
        var orders = _orders + Begun(firstBefore, first) + (second == first ? 0 : Begun(secondBefore, second)) + (third == first || third == second ? 0 : Begun(thirdBefore, third));
        var isBetter = after < penalty * (1 - LeastImprovement) && _state.Objective <= most && orders <= _mostOrders
            && _state.KeepsRules(first) && _state.KeepsRules(second) && _state.KeepsRules(third);
        if (isBetter)
        {
            _orders = orders;
        }
        else
        {
            _state.Set(first, 0);
            _state.Set(second, 0);
            _state.Set(third, thirdBefore);
            _state.Set(second, secondBefore);
            _state.Set(first, firstBefore);
        }
    }

    private int Begun(double before, int trade) => (_state.Value[trade] != 0 ? 1 : 0) - (before != 0 ? 1 : 0);

    /// <summary>
    /// What the first gains and the second. Between whole lots the even split rounds to no change at all when a lot is worth more than what the
    /// rows differ by, so one move in four is a lot against the lots nearest to it from below or above.
    /// </summary>
    private (double First, double Second) Amounts(int first, int second)
    {
        if (!_problem.IsWhole[first] || !_problem.IsWhole[second] || (_random.NextBits() & 3) != 0)
        {
            var amount = Amount(first, second);
            return (amount, -amount);
        }

        var lot = (_random.NextBits() & 1) == 0 ? _problem.Lot[first] : -_problem.Lot[first];
        return (lot, -lot + ((_random.NextUnit() - 0.5) * _problem.Lot[second]));
    }

    /// <summary>Where both rows would be equally far from their targets, or a random part of the way; a lot or a few for whole lots.</summary>
    private double Amount(int first, int second)
    {
        var (row, otherRow) = (MainRow(first), MainRow(second));
        if (row < 0 || otherRow < 0 || row == otherRow)
        {
            return (_random.NextUnit() - 0.5) * 4 * Math.Max(_problem.Lot[first], _problem.Least[first]);
        }

        var (here, there) = (_state.Residual[row], _state.Residual[otherRow]);
        var even = first == second ? here : ((here * _scale[row]) - (there * _scale[otherRow])) / (_scale[row] + _scale[otherRow]);
        return (_random.NextBits() & 1) == 0 ? even : even * _random.NextUnit();
    }

    private int MainRow(int trade)
    {
        var start = _problem.Deviation.Start[2 * trade];
        return start < _problem.Deviation.Start[(2 * trade) + 2] ? _problem.Deviation.Row[start] : -1;
    }

    /// <summary>
    /// The trade's value after a change, in lots and within its limits; it keeps its direction. Less than half the smallest order is none. The
    /// trade is out of the state afterwards.
    /// </summary>
    private double Changed(int trade, double amount)
    {
        var value = _state.Value[trade];
        var sign = Math.Sign(value == 0 ? amount : value);
        var size = sign * (value + amount);
        _state.Set(trade, 0);
        if (size < _problem.Least[trade] / 2 || !(sign > 0 ? _response.CanBuy(trade) : _response.CanSell(trade)))
        {
            return 0;
        }

        size = _problem.IsWhole[trade] ? Math.Round(size / _problem.Lot[trade]) * _problem.Lot[trade] : size;
        var most = sign > 0 ? _problem.Most[SearchProblem.BuySide(trade)] : Math.Min(_problem.Most[SearchProblem.SellSide(trade)], _response.LargestSale(trade));
        var (least, largest) = (_response.Ceiling(trade, _problem.Least[trade]), _response.Floor(trade, most));
        return largest < least ? 0 : sign * Math.Clamp(size, least, largest);
    }

    private double Penalty() => _scale.Index().Sum(row => _state.Residual[row.Index] * _state.Residual[row.Index] * row.Item);

    private double Penalty(int first, int second, int third) =>
        Penalty(first) + (second == first ? 0 : Penalty(second)) + (third == first || third == second ? 0 : Penalty(third));

    private double Penalty(int trade)
    {
        var sum = 0.0;
        for (var entry = _problem.Deviation.Start[2 * trade]; entry < _problem.Deviation.Start[(2 * trade) + 2]; entry++)
        {
            var row = _problem.Deviation.Row[entry];
            sum += _state.Residual[row] * _state.Residual[row] * _scale[row];
        }

        return sum;
    }
}
