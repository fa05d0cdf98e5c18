namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The moves of <see cref="Annealing"/> (PLACEMENT.md, "Annealing") and one more, the exchange of two assets between two accounts. A move may
/// leave rules broken; what it changed is in <see cref="Changes"/>.
/// </summary>
internal sealed class AnnealingMoves
{
    // Found by trial on portfolios of 10 to 100 accounts, as are the shares below.
    private const double ShareOfExchanges = 0.3;
    private const double OneLot = 0.6;
    private const int MostLots = 8;
    private const double LargestMoneyStep = 8;

    /// <summary>The average account is worth so many of the smallest steps of a fractional trade.</summary>
    private const double MoneyStepsInAccount = 120_000;

    private readonly SearchState _state;
    private readonly SearchProblem _problem;
    private readonly BestResponse _response;
    private readonly SearchRandom _random;
    private readonly ExchangeMove _exchange;
    private readonly double _money;

    public AnnealingMoves(SearchState state, RoomPrices prices, IReadOnlyList<int> open, SearchRandom random)
    {
        (_state, _problem, _random) = (state, state.Problem, random);
        _response = new BestResponse(state, prices);
        Changes = new TradeChanges(state);
        _exchange = new ExchangeMove(state, this, new AccountTrades(_problem, open), random);
        _money = _problem.AccountValue / MoneyStepsInAccount;
    }

    public TradeChanges Changes { get; }

    /// <summary>Changes a trade in one of the ways, drawn at random.</summary>
    public void Propose(int trade)
    {
        if (_random.NextUnit() < ShareOfExchanges)
        {
            _exchange.Make(trade);
            return;
        }

        switch (_random.Next(5))
        {
            case 0:
                Respond(trade, mustTrade: false);
                break;
            case 1:
                Toggle(trade);
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

    /// <summary>Gives a trade the value that is best while all others stay, with the worth of cash counted or not.</summary>
    public void Respond(int trade, bool mustTrade)
    {
        var view = (_random.NextBits() & 1) == 0 ? BestResponse.CashView.Ignored : BestResponse.CashView.Priced;
        Changes.Remember(trade);
        _state.Set(trade, _response.Withdraw(trade, view, mustTrade));
    }

    /// <summary>Sets a trade to a value, brought to what its lots, limits and the exclusions allow.</summary>
    public void ChangeTo(int trade, double value)
    {
        Changes.Remember(trade);
        _state.Set(trade, Clamp(trade, value));
    }

    private void Toggle(int trade)
    {
        if (_state.Value[trade] != 0)
        {
            ChangeTo(trade, 0);
        }
        else
        {
            Respond(trade, mustTrade: true);
        }
    }

    private void Shift(int trade)
    {
        var step = _problem.IsWhole[trade]
            ? _problem.Lot[trade] * (_random.NextUnit() < OneLot ? 1 : 1 + _random.Next(MostLots))
            : _money * SearchRandom.Exp(LargestMoneyStep * _random.NextUnit());
        ChangeTo(trade, _state.Value[trade] + ((_random.NextBits() & 1) == 0 ? step : -step));
    }

    /// <summary>Brings the trade's row to its target, rounded to a lot, whatever cash that takes.</summary>
    private void Fill(int trade)
    {
        Changes.Remember(trade);
        _state.Set(trade, 0);
        var starts = _problem.Deviation.Start;
        var buySide = 2 * trade;
        var entry = starts[buySide] < starts[buySide + 1] ? starts[buySide] : starts[buySide + 1];
        if (entry == starts[buySide + 2] || _state.DeviationEntries[entry].PerValue == 0)
        {
            return;
        }

        var value = _state.Residual[_state.DeviationEntries[entry].Row] / Math.Abs(_state.DeviationEntries[entry].PerValue);
        var rounded = (_random.NextBits() & 1) == 0 ? _response.Floor(trade, value) : _response.Ceiling(trade, value);
        _state.Set(trade, Clamp(trade, rounded));
    }

    /// <summary>Moves a whole trade to another account.</summary>
    private void Transfer(int trade)
    {
        var others = _state.Traded.OfAsset(_problem.Asset[trade]);
        var other = others[_random.Next(others.Length)];
        var value = _state.Value[trade];
        if (other != trade && value != 0)
        {
            ChangeTo(trade, 0);
            ChangeTo(other, _state.Value[other] + value);
        }
    }

    /// <summary>Brings a value to lots, minimum and maximum of its side; 0 where the exclusions forbid the side.</summary>
    private double Clamp(int trade, double value)
    {
        var old = _state.Value[trade];
        var side = value > 0 ? 2 * trade : (2 * trade) + 1;
        var size = Math.Abs(value);
        if (size < _problem.Least[trade] / 2 || size == 0)
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
}
