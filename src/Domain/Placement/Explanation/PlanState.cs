using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// What some trades leave of everything that rules limit: cash, room under caps, gains, what each target still misses. One trade can be
/// changed at a time, so that "without this one" and "this one there instead" are cheap questions. Values are in base currency.
/// </summary>
internal sealed class PlanState
{
    private readonly Dictionary<(int Account, string Asset), decimal> _changes = [];
    private readonly Dictionary<(int Account, string Asset), decimal> _outflows = [];
    private readonly Dictionary<(int Account, string Asset), int[]> _capsOfPair = [];
    private readonly Dictionary<string, (int Buys, int Sells, int Losses)> _directions = new(StringComparer.Ordinal);
    private readonly ILookup<int, int> _capsOfAccount;
    private readonly decimal[] _freeCash;
    private readonly decimal[] _freeOutflow;
    private readonly decimal[] _missing;
    private readonly decimal[] _capRoom;
    private readonly TradeSizes _sizes;
    private decimal _commonCash;
    private decimal _gains;

    public PlanState(Portfolio portfolio)
    {
        Portfolio = portfolio;
        _sizes = new TradeSizes(portfolio.Options.Count);
        _missing = [.. portfolio.Rows.Select(row => row.Gap)];
        _freeCash = [.. portfolio.Accounts.Select(account => portfolio.Cash(account) - portfolio.CashToKeep(account))];
        _freeOutflow = [.. _freeCash];
        _commonCash = portfolio.Accounts.Sum(account => portfolio.Cash(account) - portfolio.Problem.Withdraw.GetValueOrDefault(account.Id)) - portfolio.Problem.CashReserve;
        Caps = ValueCap.Of(portfolio.Problem, portfolio.TotalValue);
        _capRoom = [.. Caps.Select(RoomBefore)];
        _capsOfAccount = Caps.Index().SelectMany(entry => entry.Item.Accounts.Select(account => (Account: account, Cap: entry.Index))).ToLookup(entry => entry.Account, entry => entry.Cap);
    }

    public PlanState(Portfolio portfolio, TradeSizes sizes)
        : this(portfolio)
    {
        foreach (var option in portfolio.Options)
        {
            Set(option, isBuy: true, sizes.Buys[option.Index]);
            Set(option, isBuy: false, sizes.Sells[option.Index]);
        }
    }

    public Portfolio Portfolio { get; }

    public IReadOnlyList<ValueCap> Caps { get; }

    public TradeSizes Sizes => _sizes;

    public bool HasGainBudget => Portfolio.Problem.Taxes?.GainBudget is not null;

    /// <summary>What the gain budget leaves; endless where there is none.</summary>
    public decimal GainsLeft => Portfolio.Problem.Taxes?.GainBudget is { } budget ? budget - _gains : decimal.MaxValue;

    /// <summary>What a row misses to its target; negative where it has too much.</summary>
    public decimal Missing(int row) => _missing[row];

    public decimal LotsOf(TradeOption option, bool isBuy) => option.IsHypothetical ? 0 : (isBuy ? _sizes.Buys : _sizes.Sells)[option.Index];

    /// <summary>Quantity of an account's asset that the trades sell.</summary>
    public decimal Sold(int account, string asset) => Total(_sizes.Sells, account, asset);

    /// <summary>Quantity of an account's asset that the trades buy.</summary>
    public decimal Bought(int account, string asset) => Total(_sizes.Buys, account, asset);

    public bool IsBoughtAnywhere(string asset) => _directions.GetValueOrDefault(asset).Buys > 0;

    public bool IsSoldAnywhere(string asset) => _directions.GetValueOrDefault(asset).Sells > 0;

    public bool IsSoldAtALossAnywhere(string asset) => _directions.GetValueOrDefault(asset).Losses > 0;

    /// <summary>Balance after, in base currency.</summary>
    public decimal Balance(int account, string asset) =>
        (Portfolio.Balance(Portfolio.Accounts[account], asset) * Portfolio.Price(asset)) + _changes.GetValueOrDefault((account, asset));

    /// <summary>Free cash of an account over its currencies, less what it must keep; negative where that is not there.</summary>
    public decimal FreeCash(int account) => _freeCash[account];

    /// <summary>What of a currency may still be spent in an account; without use of proceeds only what was there before any trade.</summary>
    public decimal Spendable(int account, string currency)
    {
        var owner = Portfolio.Accounts[account];
        var room = Balance(account, currency);
        if (Portfolio.IsFreeCash(currency))
        {
            room = Math.Min(room, Portfolio.Problem.CashReserve > 0 ? Math.Min(_freeCash[account], _commonCash) : _freeCash[account]);
        }

        if (owner.UseProceeds)
        {
            return room;
        }

        var atHand = (Portfolio.Balance(owner, currency) * Portfolio.Price(currency)) + _outflows.GetValueOrDefault((account, currency));
        return Math.Min(room, Portfolio.IsFreeCash(currency) ? Math.Min(atHand, _freeOutflow[account]) : atHand);
    }

    /// <summary>The caps over an account's asset, with what they leave.</summary>
    public IEnumerable<(ValueCap Cap, decimal Room)> RoomUnderCaps(int account, string asset) => CapsOf(account, asset).Select(cap => (Caps[cap], _capRoom[cap]));

    /// <summary>Makes one side of one option trade so many lots instead of what it did.</summary>
    public void Set(TradeOption option, bool isBuy, decimal lots)
    {
        var side = isBuy ? _sizes.Buys : _sizes.Sells;
        var before = side[option.Index];
        if (before == lots)
        {
            return;
        }

        var (gainsBefore, lossBefore) = isBuy ? default : GainOf(option);
        side[option.Index] = lots;
        var (gains, loss) = isBuy ? default : GainOf(option);
        var orders = (lots > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
        var directions = _directions.GetValueOrDefault(option.Asset);
        _directions[option.Asset] = (directions.Buys + (isBuy ? orders : 0), directions.Sells + (isBuy ? 0 : orders), directions.Losses + loss - lossBefore);
        _gains += gains - gainsBefore;
        var value = (lots - before) * option.LotValue;
        Move(option, option.Asset, isBuy ? value : -value, isOutflow: !isBuy);
        Move(option, option.Quote, isBuy ? -value * option.BuyOutflow : value * option.SellInflow, isOutflow: isBuy);
        Move(option, option.Quote, -orders * option.Market.TicketFee, isOutflow: true);
        if (!option.FeeInQuote)
        {
            Move(option, option.FeeAsset, -value * option.Market.FeeRate, isOutflow: true);
        }
    }

    private decimal Total(decimal[] lots, int account, string asset)
    {
        var quantity = 0m;
        foreach (var option in Portfolio.Trades.Of(account, asset))
        {
            quantity += lots[option.Index] * option.Lot;
        }

        return quantity;
    }

    private (decimal Gain, int Loss) GainOf(TradeOption option)
    {
        var lots = Portfolio.LotsOf(option.AccountIndex, option.Asset);
        if (lots.Count == 0)
        {
            return default;
        }

        var (sold, gain, takesLoss) = (Sold(option.AccountIndex, option.Asset), 0m, 0);
        foreach (var lot in lots)
        {
            var used = Math.Min(sold, lot.Quantity);
            sold -= used;
            gain += used * lot.Gain;
            takesLoss = used > 0 && lot.Gain < 0 ? 1 : takesLoss;
        }

        return (gain, takesLoss);
    }

    private void Move(TradeOption option, string asset, decimal value, bool isOutflow)
    {
        if (value == 0)
        {
            return;
        }

        var key = (option.AccountIndex, asset);
        _changes[key] = _changes.GetValueOrDefault(key) + value;
        if (isOutflow)
        {
            _outflows[key] = _outflows.GetValueOrDefault(key) + value;
        }

        foreach (var cap in CapsOf(option.AccountIndex, asset))
        {
            _capRoom[cap] -= value;
        }

        if (Portfolio.IsFreeCash(asset))
        {
            _freeCash[option.AccountIndex] += value;
            _commonCash += value;
            _freeOutflow[option.AccountIndex] += isOutflow ? value : 0;
            return;
        }

        foreach (var exposure in Portfolio.ExposuresOf(asset))
        {
            _missing[exposure.Row] -= exposure.Share * value;
        }
    }

    private int[] CapsOf(int account, string asset) => Caps.Count == 0 ? []
        : _capsOfPair.TryGetValue((account, asset), out var caps) ? caps
        : _capsOfPair[(account, asset)] = [.. _capsOfAccount[account].Where(cap => Caps[cap].Counts(Portfolio, account, asset))];

    private decimal RoomBefore(ValueCap cap) => cap.Largest - cap.Accounts.Sum(index => Portfolio.AssetsOf(Portfolio.Accounts[index])
        .Where(asset => cap.Counts(Portfolio, index, asset))
        .Sum(asset => Portfolio.Balance(Portfolio.Accounts[index], asset) * Portfolio.Price(asset)));
}
