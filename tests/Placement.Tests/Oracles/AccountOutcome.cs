using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>A trade in a market of one account.</summary>
internal readonly record struct OracleTrade(PlacementMarket Market, TradeSide Side, decimal Quantity);

/// <summary>What some trades of one account come to, and whether they keep the rules that one account can break by itself.</summary>
internal sealed class AccountOutcome
{
    private readonly Ledger _ledger;
    private readonly PlacementAccount _account;
    private readonly Dictionary<string, decimal> _after = [];
    private readonly Dictionary<string, decimal> _withoutInflows = [];

    public AccountOutcome(Ledger ledger, PlacementAccount account, IReadOnlyList<OracleTrade> trades)
    {
        (_ledger, _account) = (ledger, account);
        RowChanges = new decimal[ledger.Rows.Count];
        foreach (var trade in trades)
        {
            Book(trade);
        }

        foreach (var (name, change) in _after.Where(entry => ledger.IsManaged(entry.Key) && !ledger.IsCash(entry.Key)))
        {
            foreach (var (row, share) in ledger.StandsFor(name))
            {
                var index = ledger.Rows.ToList().IndexOf(row);
                RowChanges[index] += share * change * ledger.Price(name);
            }
        }

        SellLots(trades);
        Cash = ledger.CashOf(account, After);
        IsPermitted = KeepsBalances() & KeepsProceeds() & KeepsReserve() & KeepsCaps() & ClosesInFull(trades);
        IsPermitted &= CashShortfall == 0 || !Bought.Any(name => !ledger.IsCash(name));
    }

    /// <summary>False where a rule is broken that was kept before.</summary>
    public bool IsPermitted { get; }

    public decimal[] RowChanges { get; }

    /// <summary>Σ below zero per currency and below the reserve; only where that was so before.</summary>
    public decimal CashShortfall { get; private set; }

    public decimal CapExcess { get; private set; }

    /// <summary>Fees, half-spreads, tickets.</summary>
    public decimal Cost { get; private set; }

    public decimal Location { get; private set; }

    public decimal Tax { get; private set; }

    public decimal Gain { get; private set; }

    public int Orders { get; private set; }

    public decimal Turnover { get; private set; }

    /// <summary>In base currency.</summary>
    public decimal Cash { get; }

    public HashSet<string> Bought { get; } = [];

    public HashSet<string> Sold { get; } = [];

    public HashSet<string> SoldAtALoss { get; } = [];

    public decimal After(string name) => _ledger.Before(_account, name) + _after.GetValueOrDefault(name);

    private void Book(OracleTrade trade)
    {
        var market = trade.Market;
        var (price, quote) = (_ledger.Price(market.Asset), _ledger.Price(market.Quote));
        var (value, sign) = (trade.Quantity * price, trade.Side == TradeSide.Buy ? 1 : -1);
        var feeIn = market.FeeIn ?? market.Quote;
        var moves = new Dictionary<string, decimal> { [market.Asset] = sign * trade.Quantity };
        moves[market.Quote] = ((-sign * value) - (value * market.HalfSpread)) / quote;
        moves[feeIn] = moves.GetValueOrDefault(feeIn) - (value * market.FeeRate / _ledger.Price(feeIn));
        foreach (var (name, move) in moves)
        {
            Move(name, move);
        }

        Move(market.Quote, -market.TicketFee / quote);
        Cost += (value * (market.FeeRate + market.HalfSpread)) + market.TicketFee;
        Location += sign * value * _ledger.Preference(_account, market.Asset);
        Turnover += value;
        Orders++;
        (trade.Side == TradeSide.Buy ? Bought : Sold).Add(market.Asset);
    }

    private void Move(string name, decimal quantity)
    {
        _after[name] = _after.GetValueOrDefault(name) + quantity;
        _withoutInflows[name] = _withoutInflows.GetValueOrDefault(name) + Math.Min(0, quantity);
    }

    private bool KeepsBalances()
    {
        foreach (var name in _ledger.Names(_account))
        {
            var (before, after) = (_ledger.Before(_account, name) * _ledger.Price(name), After(name) * _ledger.Price(name));
            if (after < Math.Min(0, before) - Rounding)
            {
                return false;
            }

            CashShortfall += _account.Frozen ? 0 : Math.Max(0, -after - Rounding);
        }

        return true;
    }

    /// <summary>Balances are quotients of money and price; the last digits of a division are no debt.</summary>
    private const decimal Rounding = 1e-18m;

    private bool KeepsProceeds()
    {
        decimal Left(string name) => _ledger.Before(_account, name) + _withoutInflows.GetValueOrDefault(name);
        if (_account.UseProceeds)
        {
            return true;
        }

        var keep = Keep();
        var cash = _ledger.CashOf(_account, name => _ledger.Before(_account, name));
        return _ledger.Names(_account).All(name => Left(name) >= Math.Min(0, _ledger.Before(_account, name)) - Rounding)
            && (keep == 0 || _ledger.CashOf(_account, Left) >= Math.Min(keep, cash) - Rounding);
    }

    private bool KeepsReserve()
    {
        var (keep, before) = (Keep(), _ledger.CashOf(_account, name => _ledger.Before(_account, name)));
        if (keep == 0 || _account.Frozen)
        {
            return true;
        }

        CashShortfall += Math.Max(0, keep - Cash - Rounding);
        return Cash >= Math.Min(keep, before) - Rounding;
    }

    private decimal Keep() => _account.Reserve + _ledger.Problem.Withdraw.GetValueOrDefault(_account.Id);

    private bool KeepsCaps()
    {
        var caps = _account.Caps.Select(cap => (Members: _ledger.Problem.Replacements.GetValueOrDefault(cap.Key, []).Append(cap.Key).ToList(), Largest: cap.Value)).ToList();
        if (_account.Cap is { } whole)
        {
            caps.Add((_ledger.Names(_account).Where(name => _ledger.IsManaged(name) && !_ledger.IsCash(name)).ToList(), whole));
        }

        foreach (var (members, largest) in caps)
        {
            var before = members.Sum(name => _ledger.Before(_account, name) * PriceOf(name));
            var after = members.Sum(name => After(name) * PriceOf(name));
            if (after > Math.Max(before, largest) + Rounding)
            {
                return false;
            }

            CapExcess += Math.Max(0, after - largest - Rounding);
        }

        return true;
    }

    private decimal PriceOf(string name) => _ledger.Problem.Prices.ContainsKey(name) || name == _ledger.Problem.BaseCurrency ? _ledger.Price(name) : 0;

    /// <summary>Of what nobody wants any more, no rest may be left behind that could have been sold along but cannot be sold after.</summary>
    private bool ClosesInFull(IReadOnlyList<OracleTrade> trades)
    {
        foreach (var name in trades.Where(trade => trade.Side == TradeSide.Sell).Select(trade => trade.Market.Asset).Distinct().Where(name => !_ledger.IsMoney(name) && !_ledger.IsWanted(name)))
        {
            var held = _ledger.Before(_account, name);
            var markets = _account.Markets.Where(market => market.Asset == name).ToList();
            var usable = markets.Where(market => AccountMoves.IsOpen(_ledger, _account, market, TradeSide.Sell))
                .Select(market => (Smallest: AccountMoves.Smallest(_ledger, market), Largest: AccountMoves.Largest(_ledger, market, held)))
                .Where(size => size.Smallest <= size.Largest).ToList();
            var (left, smallest, step) = (After(name), usable.Min(size => size.Smallest), markets.Min(AccountMoves.StepOf));
            var takesAll = usable.Sum(size => size.Largest) >= Math.Floor(held / step) * step;
            if (left >= step && left < smallest && smallest > step && (takesAll || held >= 2 * smallest))
            {
                return false;
            }
        }

        return true;
    }

    private void SellLots(IReadOnlyList<OracleTrade> trades)
    {
        if (_ledger.Problem.Taxes is not { } rules || !_account.Taxable)
        {
            return;
        }

        foreach (var sold in trades.Where(trade => trade.Side == TradeSide.Sell && !_ledger.IsMoney(trade.Market.Asset)).GroupBy(trade => trade.Market.Asset))
        {
            var left = sold.Sum(trade => trade.Quantity);
            foreach (var lot in InOrder(_account, rules.Method, sold.Key))
            {
                var used = Math.Min(left, lot.Quantity);
                left -= used;
                var gain = used * (_ledger.Price(sold.Key) - lot.UnitCost);
                var isLongTerm = _ledger.Problem.AsOf.DayNumber - lot.Acquired.DayNumber > rules.LongTermDays;
                Gain += gain;
                Tax += gain > 0 || rules.CreditLosses || rules.HarvestLosses ? gain * (isLongTerm ? rules.LongTermRate : rules.ShortTermRate) : 0;
                if (gain < 0)
                {
                    SoldAtALoss.Add(sold.Key);
                }
            }
        }
    }

    /// <summary>An asset's lots in the order in which they are sold.</summary>
    public static IEnumerable<TaxLot> InOrder(PlacementAccount account, TaxLotMethod method, string asset)
    {
        var lots = account.Lots[asset];
        var named = account.Markets.Where(market => market.Asset == asset).SelectMany(market => market.SaleLots).Distinct().ToList();
        return method switch
        {
            TaxLotMethod.Hifo => lots.OrderByDescending(lot => lot.UnitCost).ThenBy(lot => lot.Acquired),
            TaxLotMethod.Fifo => lots.OrderBy(lot => lot.Acquired),
            _ => named.Concat(Enumerable.Range(0, lots.Count).Except(named).OrderBy(index => lots[index].Acquired)).Select(index => lots[index]),
        };
    }
}
