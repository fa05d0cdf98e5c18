using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Programs;

/// <summary>The rules that one account can break by itself, as rows of a program; written from the specification.</summary>
internal sealed class AccountRows
{
    private readonly Ledger _ledger;
    private readonly LinearProgram _program;
    private readonly PlacementAccount _account;
    private readonly decimal _unit;
    private readonly SortedDictionary<string, Expression> _changes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Expression> _outflows = new(StringComparer.Ordinal);
    private double _shortBefore;

    public AccountRows(Ledger ledger, LinearProgram program, PlacementAccount account, decimal unit)
    {
        (_ledger, _program, _account, _unit) = (ledger, program, account, unit);
        Sides = [.. new MarketColumns(ledger, program, unit).Of(account)];
        foreach (var side in Sides)
        {
            Book(side);
        }

        if (!account.Frozen)
        {
            AddOneSide();
            AddBalances();
            AddProceeds();
            AddReserve();
            AddNothingBoughtWhileShort();
            AddFullCloses();
        }

        AddCaps();
    }

    public IReadOnlyList<SideColumns> Sides { get; }

    /// <summary>Below zero by currency, and below the reserve.</summary>
    public Expression CashShortfall { get; } = new();

    public Expression CapExcess { get; } = new();

    private decimal Keep => _account.Reserve + _ledger.Problem.Withdraw.GetValueOrDefault(_account.Id);

    /// <summary>Value of a balance after all trades.</summary>
    public Expression After(string name) => new Expression(Before(name)).Add(Change(name));

    public Expression Change(string name) => _changes.GetValueOrDefault(name) ?? new Expression();

    public Expression CashAfter() => Total(_ledger.Names(_account).Where(_ledger.IsCash), After);

    /// <summary>Fees, half-spreads and tickets of a trade.</summary>
    public Expression CostOf(SideColumns side) =>
        new Expression().Add(side.Value, (double)(side.Market.FeeRate + side.Market.HalfSpread)).Add(side.Order, Units(side.Market.TicketFee));

    public static Expression Total(IEnumerable<string> names, Func<string, Expression> of) => names.Aggregate(new Expression(), (sum, name) => sum.Add(of(name)));

    private double Before(string name) => _ledger.Before(_account, name) == 0 ? 0 : Units(_ledger.Before(_account, name) * _ledger.Price(name));

    private double Units(decimal money) => (double)(money / _unit);

    private void Book(SideColumns side)
    {
        var (market, buys) = (side.Market, side.Side == TradeSide.Buy);
        var feeIn = market.FeeIn ?? market.Quote;
        var (fee, spread) = ((double)market.FeeRate, (double)market.HalfSpread);
        Move(market.Asset, side.Value, side.Sign - (feeIn == market.Asset ? fee : 0));
        Move(market.Quote, side.Value, -side.Sign - spread - (feeIn == market.Quote ? fee : 0));
        if (feeIn != market.Asset && feeIn != market.Quote)
        {
            Move(feeIn, side.Value, -fee);
        }

        Move(market.Quote, Expression.Of((side.Order, 1)), -Units(market.TicketFee));
    }

    private void Move(string name, Expression amount, double factor)
    {
        (_changes.TryGetValue(name, out var change) ? change : _changes[name] = new Expression()).Add(amount, factor);
        if (factor < 0)
        {
            (_outflows.TryGetValue(name, out var outflow) ? outflow : _outflows[name] = new Expression()).Add(amount, factor);
        }
    }

    /// <summary>At most one of buying and selling an asset.</summary>
    private void AddOneSide()
    {
        foreach (var buy in Sides.Where(side => side.Side == TradeSide.Buy))
        {
            foreach (var sell in Sides.Where(side => side.Side == TradeSide.Sell && side.Market.Asset == buy.Market.Asset))
            {
                _program.AtMost(Expression.Of((buy.Order, 1), (sell.Order, 1)), 1);
            }
        }
    }

    /// <summary>Nothing falls below zero, and what is below zero falls no further.</summary>
    private void AddBalances()
    {
        foreach (var name in _ledger.Names(_account))
        {
            _program.AtLeast(After(name), Math.Min(0, Before(name)));
            if (Before(name) < 0)
            {
                CashShortfall.Add(_program.PositivePart(new Expression().Add(After(name), -1)));
                _shortBefore -= Before(name);
            }
        }
    }

    private void AddProceeds()
    {
        if (_account.UseProceeds)
        {
            return;
        }

        Expression Left(string name) => new Expression(Before(name)).Add(_outflows.GetValueOrDefault(name) ?? new Expression());
        foreach (var name in _ledger.Names(_account))
        {
            _program.AtLeast(Left(name), Math.Min(0, Before(name)));
        }

        if (Keep > 0)
        {
            _program.AtLeast(Total(_ledger.Names(_account).Where(_ledger.IsCash), Left), Math.Min(Units(Keep), CashBefore()));
        }
    }

    private void AddReserve()
    {
        if (Keep == 0)
        {
            return;
        }

        _program.AtLeast(CashAfter(), Math.Min(Units(Keep), CashBefore()));
        if (CashBefore() < Units(Keep))
        {
            CashShortfall.Add(_program.PositivePart(new Expression(Units(Keep)).Add(CashAfter(), -1)));
            _shortBefore += Units(Keep) - CashBefore();
        }
    }

    private double CashBefore() => _ledger.Names(_account).Where(_ledger.IsCash).Sum(Before);

    private void AddNothingBoughtWhileShort()
    {
        if (CashShortfall.Terms.Count == 0)
        {
            return;
        }

        var isShort = _program.Binary();
        _program.AtMost(new Expression().Add(CashShortfall).Add(isShort, -_shortBefore), 0);
        foreach (var buy in Sides.Where(side => side.Side == TradeSide.Buy && !_ledger.IsCash(side.Market.Asset)))
        {
            _program.AtMost(Expression.Of((buy.Order, 1), (isShort, 1)), 1);
        }
    }

    /// <summary>Of what nobody wants, all is sold or as much is left as a market takes.</summary>
    private void AddFullCloses()
    {
        foreach (var sells in Sides.Where(side => side.Side == TradeSide.Sell && !_ledger.IsMoney(side.Market.Asset) && !_ledger.IsWanted(side.Market.Asset)).GroupBy(side => side.Market.Asset))
        {
            var held = _ledger.Before(_account, sells.Key);
            var step = _account.Markets.Where(market => market.Asset == sells.Key).Min(AccountMoves.StepOf);
            var smallest = sells.Min(side => AccountMoves.Smallest(_ledger, side.Market));
            var takesAll = sells.Sum(side => AccountMoves.Largest(_ledger, side.Market, held)) >= Math.Floor(held / step) * step;
            if (smallest <= step || (!takesAll && held < 2 * smallest))
            {
                continue;
            }

            var (leavesEnough, price) = (_program.Binary(), _ledger.Price(sells.Key));

            // Nearer to a whole step than a solver's tolerance of integers, a last share would pass for a crumb.
            var crumbs = Units(step * price) * 0.99;
            _program.AtLeast(After(sells.Key).Add(leavesEnough, -Units(smallest * price)), 0);
            _program.AtMost(After(sells.Key).Add(leavesEnough, -Before(sells.Key)), crumbs);
        }
    }

    private void AddCaps()
    {
        foreach (var (name, largest) in _account.Caps)
        {
            var members = _ledger.Problem.Replacements.GetValueOrDefault(name, []).Append(name).Intersect(_ledger.Names(_account));
            AddCap(_program, Total(members, After), members.Sum(Before), Units(largest), CapExcess);
        }

        if (_account.Cap is { } whole)
        {
            var members = _ledger.Names(_account).Where(name => _ledger.IsManaged(name) && !_ledger.IsCash(name)).ToList();
            AddCap(_program, Total(members, After), members.Sum(Before), Units(whole), CapExcess);
        }
    }

    /// <summary>What is above a cap comes down as far as it can; what is not stays below it.</summary>
    public static void AddCap(LinearProgram program, Expression after, double before, double largest, Expression excess)
    {
        program.AtMost(after, Math.Max(before, largest));
        if (before > largest)
        {
            excess.Add(program.PositivePart(new Expression(-largest).Add(after)));
        }
    }
}
