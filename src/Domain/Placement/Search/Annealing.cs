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
    private const int CoolingInterval = 256;
    private const double RedrawUntraded = 0.8;
    private const int MostRedraws = 12;
    private const int MostRepairs = 3;
    private const double RepairTraded = 0.7;

    // Beyond this e^x is nothing that a random number is below.
    private const double LeastExponent = -50;

    // Less is rounding of the running sum.
    private const double LeastImprovement = 1e-9;

    private readonly SearchState _state;
    private readonly SearchProblem _problem;
    private readonly AnnealingMoves _moves;
    private readonly TradeChanges _changes;
    private readonly SearchRandom _random;
    private readonly int[] _open;
    private bool _isAtBest;

    public Annealing(SearchState state, RoomPrices prices, ulong seed)
    {
        _state = state;
        _problem = state.Problem;
        _random = new SearchRandom(seed);
        _open = [.. _problem.OpenTrades()];
        _moves = new AnnealingMoves(state, prices, _open, _random);
        _changes = _moves.Changes;
        Best = [.. state.Value];
        BestObjective = state.Objective;
    }

    /// <summary>Values of the best plan met.</summary>
    public double[] Best { get; }

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
            _state.Value.CopyTo(Best, 0);
            _isAtBest = false;
        }

        _state.Recompute();
    }

    private void Step(double temperature)
    {
        _changes.Begin();
        var before = _state.Objective;
        var trade = Draw();
        _moves.Propose(trade);
        Repair(trade);
        var delta = _state.Objective - before;
        if (_changes.KeepRules() && (delta <= 0 || _random.NextUnit() < SearchRandom.Exp(Math.Max(LeastExponent, -delta / temperature))))
        {
            KeepBest(delta);
        }
        else
        {
            _changes.Undo();
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

    private void Repair(int trade)
    {
        var (account, asset) = (_problem.Account[trade], _problem.Asset[trade]);
        var repairs = 1 + _random.Next(MostRepairs);
        for (var repair = 0; repair < repairs && _changes.HasRoom; repair++)
        {
            var lacks = _state.LeastRoom(trade) < _state.LeastRoomAllowed;
            var overspendsGains = _state.Gain > _state.MostGainAllowed && (_random.NextBits() & 1) == 0;
            if (!overspendsGains && (lacks || (_random.NextBits() & 1) == 0))
            {
                RespondFrom(_state.Traded.OfAccount(account), _state.Traded.TradedInAccount(account), trade);
            }
            else
            {
                RespondFrom(_state.Traded.OfAsset(asset), _state.Traded.TradedInAsset(asset), trade);
            }
        }
    }

    private void RespondFrom(ReadOnlySpan<int> trades, int traded, int except)
    {
        var fromTraded = traded > 0 && _random.NextUnit() < RepairTraded;
        var other = trades[_random.Next(fromTraded ? traded : trades.Length)];
        if (other != except)
        {
            _moves.Respond(other, mustTrade: false);
        }
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
            _state.Value.CopyTo(Best, 0);
            _changes.CopyBefore(Best);
            _isAtBest = false;
        }
    }
}
