namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Stage 2 of the search: among plans within the slack of the best and with no more orders, local moves that lower Σ deviation² / target, so
/// that contributions and withdrawals water-fill. A move shifts value between two trades of an account, or changes one.
/// </summary>
internal sealed class Spreading
{
    private const int MovesBetweenLooks = 1024;

    private readonly SearchState _state;
    private readonly SearchProblem _problem;
    private readonly BestResponse _response;
    private readonly double[] _scale;
    private readonly SearchRandom _random;

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
        var traded = Enumerable.Range(0, _problem.TradeCount).Where(trade => _state.Value[trade] != 0).ToArray();
        if (traded.Length == 0 || _scale.Length < 2)
        {
            return;
        }

        var most = _state.Objective + slack;
        for (long move = 0; move < moves; move++)
        {
            if (move % MovesBetweenLooks == 0 && deadline is { HasPassed: true })
            {
                break;
            }

            Step(traded, most);
        }

        _state.Recompute();
    }

    private void Step(int[] traded, double most)
    {
        var first = traded[_random.Next(traded.Length)];
        var account = _problem.Account[first];
        var others = _state.Traded.OfAccount(account);
        var second = others[_random.Next(Math.Max(1, _state.Traded.TradedInAccount(account)))];
        var (firstBefore, secondBefore) = (_state.Value[first], _state.Value[second]);
        if (firstBefore == 0 || secondBefore == 0)
        {
            return;
        }

        var penalty = Penalty(first) + (second == first ? 0 : Penalty(second));
        var amount = Amount(first, second);
        _state.Set(first, Changed(first, amount));
        if (second != first)
        {
            _state.Set(second, Changed(second, -amount));
        }

        var after = Penalty(first) + (second == first ? 0 : Penalty(second));
        var isBetter = after < penalty * (1 - 1e-12) && _state.Objective <= most && _state.KeepsRules(first) && _state.KeepsRules(second);
        if (!isBetter)
        {
            _state.Set(first, firstBefore);
            _state.Set(second, secondBefore);
        }
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
        var side = _state.Value[trade] > 0 ? 2 * trade : (2 * trade) + 1;
        var start = _problem.Deviation.Start[side];
        return start < _problem.Deviation.Start[side + 1] ? _problem.Deviation.Row[start] : -1;
    }

    /// <summary>The trade's value after a change, in lots and within its limits; it keeps its direction and stays a trade.</summary>
    private double Changed(int trade, double amount)
    {
        var value = _state.Value[trade];
        var sign = Math.Sign(value);
        var side = sign > 0 ? 2 * trade : (2 * trade) + 1;
        var size = Math.Abs(value) + (sign * amount);
        size = _problem.IsWhole[trade] ? Math.Round(size / _problem.Lot[trade]) * _problem.Lot[trade] : size;
        var most = _problem.Most[side];
        if (sign < 0)
        {
            _state.Set(trade, 0);
            most = Math.Min(most, _response.LargestSale(trade));
        }

        var (least, largest) = (_response.Ceiling(trade, _problem.Least[trade]), _response.Floor(trade, most));
        return largest < least ? value : sign * Math.Clamp(size, least, largest);
    }

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
