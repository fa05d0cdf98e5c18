namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Simulated annealing over whole plans (PLACEMENT.md, "Annealing"): change one trade, repair what it broke by best responses, keep the plan
/// when it is better or the temperature allows. Every plan that is kept obeys all rules. The number of moves is fixed, so the same problem and
/// seed give the same plan.
/// </summary>
internal sealed class Annealing
{
    // Rounding piles up with every move; after so many all is worked out anew.
    private const int MovesBetweenRecomputations = 1 << 16;
    private const double RedrawUntraded = 0.6;
    private const int MostRedraws = 8;

    // Less is rounding of the running sum.
    private const double LeastImprovement = 1e-9;

    private readonly SearchState _state;
    private readonly SearchProblem _problem;
    private readonly BestResponse _response;
    private readonly int[] _open;
    private readonly double _money;
    private readonly double[] _best;

    // The trades changed by the move under way and their values before it.
    private readonly int[] _changed = new int[16];
    private readonly double[] _before = new double[16];
    private int _changes;
    private bool _isAtBest;
    private SearchRandom _random;

    public Annealing(SearchState state, RoomPrices prices, ulong seed)
    {
        _state = state;
        _problem = state.Problem;
        _response = new BestResponse(state, prices);
        _random = new SearchRandom(seed);
        _open = [.. Enumerable.Range(0, _problem.TradeCount).Where(trade => _problem.Most[2 * trade] > 0 || _problem.Most[(2 * trade) + 1] > 0)];
        var total = (double)_problem.Portfolio.TotalValue;
        _money = total / Math.Max(1, _problem.AccountCount) / MoneyStepsInAccount;
        _best = [.. state.Value];
        BestObjective = state.Objective;
    }

    /// <summary>The average account is worth so many of the smallest steps of a fractional trade.</summary>
    private const double MoneyStepsInAccount = 120_000;

    /// <summary>Values of the best plan met.</summary>
    public double[] Best => _best;

    public double BestObjective { get; private set; }

    /// <param name="deadline">Ends the moves early.</param>
    public void Run(long moves, double hottest, double coldest, IDeadline? deadline)
    {
        if (_open.Length == 0)
        {
            return;
        }

        var temperature = hottest;
        var cooling = Math.Pow(coldest / hottest, (double)CoolingInterval / Math.Max(CoolingInterval, moves));
        for (long move = 1; move <= moves; move++)
        {
            Step(temperature);
            if (move % CoolingInterval == 0)
            {
                temperature *= cooling;
                if (deadline is { HasPassed: true })
                {
                    break;
                }
            }

            if (move % MovesBetweenRecomputations == 0)
            {
                _state.Recompute();
            }
        }

        if (_isAtBest)
        {
            _state.Value.CopyTo(_best, 0);
            _isAtBest = false;
        }

        _state.Recompute();
    }

    private const int CoolingInterval = 256;

    private void Step(double temperature)
    {
        _changes = 0;
        var before = _state.Objective;
        var trade = Draw();
        Propose(trade);
        Repair(trade);
        var delta = _state.Objective - before;
        if (IsAllowed() && (delta <= 0 || _random.NextUnit() < SearchRandom.Exp(Math.Max(-50, -delta / temperature))))
        {
            KeepBest(delta);
        }
        else
        {
            Undo();
        }
    }

    private int Draw()
    {
        var trade = _open[_random.Next(_open.Length)];
        for (var redraw = 0; redraw < MostRedraws && _state.Value[trade] == 0 && _random.NextUnit() < RedrawUntraded; redraw++)
        {
            trade = _open[_random.Next(_open.Length)];
        }

        return trade;
    }

    private void Propose(int trade)
    {
        switch (_random.Next(5))
        {
            case 0:
                Respond(trade, mustTrade: false);
                break;
            case 1:
                if (_state.Value[trade] != 0)
                {
                    Change(trade, 0);
                }
                else
                {
                    Respond(trade, mustTrade: true);
                }

                break;
            case 2:
                Shift(trade);
                break;
            case 3:
                Fill(trade);
                break;
            default:
                Transfer(trade);
                break;
        }
    }

    private void Respond(int trade, bool mustTrade)
    {
        var view = (_random.NextBits() & 1) == 0 ? BestResponse.CashView.Ignored : BestResponse.CashView.Priced;
        Remember(trade);
        _state.Set(trade, _response.Withdraw(trade, view, mustTrade));
    }

    private void Shift(int trade)
    {
        var step = _problem.IsWhole[trade]
            ? _problem.Lot[trade] * (_random.NextUnit() < 0.6 ? 1 : 1 + _random.Next(8))
            : _money * SearchRandom.Exp(8 * _random.NextUnit());
        var value = _state.Value[trade] + ((_random.NextBits() & 1) == 0 ? step : -step);
        Remember(trade);
        _state.Set(trade, Clamp(trade, value));
    }

    private void Fill(int trade)
    {
        Remember(trade);
        _state.Set(trade, 0);
        var start = _problem.Deviation.Start[2 * trade];
        var isBuySide = start < _problem.Deviation.Start[(2 * trade) + 1];
        if (!isBuySide)
        {
            start = _problem.Deviation.Start[(2 * trade) + 1];
            if (start == _problem.Deviation.Start[(2 * trade) + 2])
            {
                return;
            }
        }

        ref readonly var entry = ref _state.DeviationEntries[start];
        if (entry.PerValue == 0)
        {
            return;
        }

        var value = _state.Residual[entry.Row] / Math.Abs(entry.PerValue);
        var rounded = (_random.NextBits() & 1) == 0 ? _response.Floor(trade, value) : _response.Ceiling(trade, value);
        _state.Set(trade, Clamp(trade, rounded));
    }

    private void Transfer(int trade)
    {
        var others = _state.Traded.OfAsset(_problem.Asset[trade]);
        var other = others[_random.Next(others.Length)];
        var value = _state.Value[trade];
        if (other == trade || value == 0)
        {
            return;
        }

        Change(trade, 0);
        Remember(other);
        var had = _state.Value[other];
        _state.Set(other, 0);
        _state.Set(other, Clamp(other, had + value));
    }

    /// <summary>Brings a value to lots, minimum and maximum of its side; 0 where the exclusions forbid the side.</summary>
    private double Clamp(int trade, double value)
    {
        var old = _state.Value[trade];
        var side = value > 0 ? 2 * trade : (2 * trade) + 1;
        var size = Math.Abs(value);
        if (size < _problem.Least[trade] / 2)
        {
            return 0;
        }

        if (old == 0 || (old > 0) != (value > 0))
        {
            _state.Set(trade, 0);
            var allowed = value > 0 ? _response.CanBuy(trade) : _response.CanSell(trade);
            if (!allowed)
            {
                return 0;
            }
        }

        var most = _problem.Most[side];
        if (value < 0)
        {
            _state.Set(trade, 0);
            most = Math.Min(most, _response.LossFreeSale(trade));
        }

        var least = _response.Ceiling(trade, _problem.Least[trade]);
        var largest = _response.Floor(trade, most);
        if (largest < least)
        {
            return 0;
        }

        size = _problem.IsWhole[trade] ? Math.Round(size / _problem.Lot[trade]) * _problem.Lot[trade] : size;
        return Math.Sign(value) * Math.Clamp(size, least, largest);
    }

    private void Repair(int trade)
    {
        var repairs = 1 + _random.Next(3);
        for (var repair = 0; repair < repairs && _changes < _changed.Length - 2; repair++)
        {
            var lacks = _state.LeastRoom(trade) < _state.LeastRoomAllowed;
            var overspendsGains = _state.Gain > _problem.GainBudget && (_random.NextBits() & 1) == 0;
            if (!overspendsGains && (lacks || (_random.NextBits() & 1) == 0))
            {
                RespondFrom(_state.Traded.OfAccount(_problem.Account[trade]), _state.Traded.TradedInAccount(_problem.Account[trade]), trade);
            }
            else
            {
                RespondFrom(_state.Traded.OfAsset(_problem.Asset[trade]), _state.Traded.TradedInAsset(_problem.Asset[trade]), trade);
            }
        }
    }

    private void RespondFrom(ReadOnlySpan<int> trades, int traded, int except)
    {
        var fromTraded = traded > 0 && _random.NextUnit() < 0.7;
        var other = trades[_random.Next(fromTraded ? traded : trades.Length)];
        if (other != except)
        {
            Respond(other, mustTrade: false);
        }
    }

    private void Change(int trade, double value)
    {
        Remember(trade);
        _state.Set(trade, value);
    }

    private void Remember(int trade)
    {
        for (var index = 0; index < _changes; index++)
        {
            if (_changed[index] == trade)
            {
                return;
            }
        }

        (_changed[_changes], _before[_changes]) = (trade, _state.Value[trade]);
        _changes++;
    }

    private void Undo()
    {
        for (var index = 0; index < _changes; index++)
        {
            _state.Set(_changed[index], 0);
        }

        for (var index = 0; index < _changes; index++)
        {
            _state.Set(_changed[index], _before[index]);
        }
    }

    private bool IsAllowed()
    {
        for (var index = 0; index < _changes; index++)
        {
            if (!_state.KeepsRules(_changed[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Copies the best plan only when it is left: most improvements are followed by another.</summary>
    private void KeepBest(double delta)
    {
        if (_state.Objective < BestObjective - LeastImprovement)
        {
            (BestObjective, _isAtBest) = (_state.Objective, true);
        }
        else if (_isAtBest && delta != 0)
        {
            _state.Value.CopyTo(_best, 0);
            for (var index = 0; index < _changes; index++)
            {
                _best[_changed[index]] = _before[index];
            }

            _isAtBest = false;
        }
    }
}
