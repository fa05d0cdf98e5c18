using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Programs;

/// <summary>Tax lots, the gain budget and the wash-sale window, as rows of a program; written from the specification.</summary>
internal sealed class TaxRows
{
    private readonly Ledger _ledger;
    private readonly LinearProgram _program;
    private readonly decimal _unit;
    private readonly Expression _gains = new();
    private readonly List<(string Asset, int IsLoss)> _losses = [];

    public TaxRows(Ledger ledger, LinearProgram program, decimal unit, IReadOnlyList<(PlacementAccount Account, AccountRows Rows)> accounts)
    {
        (_ledger, _program, _unit) = (ledger, program, unit);
        if (ledger.Problem.Taxes is not { } rules)
        {
            return;
        }

        foreach (var (account, rows) in accounts.Where(entry => entry.Account.Taxable))
        {
            foreach (var sells in rows.Sides.Where(side => side.Side == TradeSide.Sell && !ledger.IsMoney(side.Market.Asset)).GroupBy(side => side.Market.Asset))
            {
                AddLots(rules, account, sells.Key, sells.Aggregate(new Expression(), (sum, side) => sum.Add(side.Value)));
            }
        }

        if (rules.GainBudget is { } budget)
        {
            program.AtMost(_gains, (double)(budget / unit));
        }

        if (rules.WashSaleDays > 0)
        {
            AddWindow(accounts.SelectMany(entry => entry.Rows.Sides).Where(side => side.Side == TradeSide.Buy).ToList());
        }
    }

    public Expression Tax { get; } = new();

    /// <summary>Lots are used up in order: a lot is touched only when the one before it is gone.</summary>
    private void AddLots(TaxRules rules, PlacementAccount account, string asset, Expression sold)
    {
        var (used, previous, isLoss) = (new Expression(), (Column: -1, Size: 0.0), _program.Binary());
        var price = _ledger.Price(asset);
        foreach (var lot in AccountOutcome.InOrder(account, rules.Method, asset).Where(lot => lot.Quantity > 0))
        {
            var size = (double)(lot.Quantity * price / _unit);
            var column = _program.Column(size);
            used.Add(column, 1);
            if (previous.Column >= 0)
            {
                var isOpen = _program.Binary();
                _program.AtMost(Expression.Of((column, 1), (isOpen, -size)), 0);
                _program.AtLeast(Expression.Of((previous.Column, 1), (isOpen, -previous.Size)), 0);
            }

            var gain = (double)((price - lot.UnitCost) / price);
            var isLongTerm = _ledger.Problem.AsOf.DayNumber - lot.Acquired.DayNumber > rules.LongTermDays;
            _gains.Add(column, gain);
            Tax.Add(column, gain > 0 || rules.CreditLosses || rules.HarvestLosses ? gain * (double)(isLongTerm ? rules.LongTermRate : rules.ShortTermRate) : 0);
            if (gain < 0)
            {
                _program.AtMost(Expression.Of((column, 1), (isLoss, -size)), 0);
            }

            previous = (column, size);
        }

        _program.Equal(new Expression().Add(sold).Add(used, -1), 0);
        _losses.Add((asset, isLoss));
    }

    /// <summary>Nothing is bought anywhere that is sold at a loss, and no loss is taken in what was bought lately.</summary>
    private void AddWindow(List<SideColumns> buys)
    {
        foreach (var (asset, isLoss) in _losses)
        {
            if (AccountMoves.Recent(_ledger.Problem, asset).Any(recent => recent.Side == TradeSide.Buy))
            {
                _program.AtMost(Expression.Of((isLoss, 1)), 0);
            }

            foreach (var buy in buys.Where(side => side.Market.Asset == asset))
            {
                _program.AtMost(Expression.Of((buy.Order, 1), (isLoss, 1)), 1);
            }
        }
    }
}
