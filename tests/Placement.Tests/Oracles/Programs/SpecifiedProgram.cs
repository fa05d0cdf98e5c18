using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Placement.Tests.Oracles.Solvers;

namespace Rebalancer.Placement.Tests.Oracles.Programs;

/// <summary>
/// A placement problem as a mixed-integer program, written from the specification and not from the program: it shares with the exhaustive oracle
/// what words mean (<see cref="Ledger"/>), and with the product nothing. Fractional markets are no harder for it than lots.
/// </summary>
internal sealed class SpecifiedProgram
{
    /// <summary>Money is counted in thousandths of the portfolio, where solvers' tolerances are a millionth of a basis point.</summary>
    private const decimal UnitsOfValue = 1000;

    /// <summary>What eight printed digits of a thousand leave.</summary>
    private const double Tolerance = 1e-5;

    private readonly Ledger _ledger;
    private readonly LinearProgram _program = new();
    private readonly List<(PlacementAccount Account, AccountRows Rows)> _accounts;
    private readonly decimal _unit;
    private readonly Expression _shortfall = new();
    private readonly Expression _excess = new();
    private readonly Expression _deviation = new();
    private readonly Expression _orders = new();
    private readonly Expression _turnover = new();
    private readonly Expression _objective = new();
    private readonly List<Expression> _distances = [];
    private readonly bool _isFewest;

    public SpecifiedProgram(PlacementProblem problem)
    {
        _ledger = new Ledger(problem);
        _unit = _ledger.Value / UnitsOfValue;
        _accounts = [.. problem.Accounts.Select(account => (account, new AccountRows(_ledger, _program, account, _unit)))];
        foreach (var (account, rows) in _accounts)
        {
            _shortfall.Add(rows.CashShortfall);
            _excess.Add(rows.CapExcess);
            AddCosts(account, rows);
        }

        AddDirections();
        AddCommonReserve();
        AddGroups();
        AddDeviations();
        _objective.Add(new TaxRows(_ledger, _program, _unit, _accounts).Tax);
        _objective.Add(_deviation, (double)problem.DeviationWeight);
        _objective.Add(_orders, (double)(problem.OrderPenalty / _unit));
        _isFewest = problem.Objective == PlacementObjective.FewestTrades;
    }

    /// <param name="isProven">False where the solver gave up, or where its tolerances leave open what the best is.</param>
    /// <returns>Null where no plan keeps the rules.</returns>
    public Verdict? Best(IReferenceSolver solver, out bool isProven)
    {
        isProven = true;
        var values = Array.Empty<double>();
        var restored = new[] { _shortfall, _excess }.Where(stage => stage.Terms.Count > 0).ToList();
        var least = new List<double>();
        foreach (var stage in restored)
        {
            values = Least(solver, stage, ref isProven);
            least.Add(values is null ? 0 : stage.At(values));
        }

        // What is short is restored first; only then is the band asked for.
        if (_isFewest)
        {
            AddBand();
        }

        foreach (var stage in _isFewest ? new[] { _orders, _turnover } : [_objective])
        {
            values = values is null ? null : Least(solver, stage, ref isProven);
        }

        if (values is null)
        {
            return null;
        }

        isProven = isProven && !LivesOnTolerance(solver, restored.Zip(least), values);
        decimal Money(Expression amount) => (decimal)amount.At(values) * _unit;
        var orders = (decimal)Math.Round(_orders.At(values));
        var value = _isFewest ? orders + (Money(_turnover) / (1000 * _ledger.Value)) : Money(_objective);
        return new Verdict(Money(_shortfall), Money(_excess), value, Money(_objective));
    }

    /// <summary>
    /// Whether what the last stage reached cannot be had without the tolerance of the stages before it: where a sale brings what is capped almost
    /// as much as it takes, a hundred-thousandth of a cap is worth a thousand times as much.
    /// </summary>
    private bool LivesOnTolerance(IReferenceSolver solver, IEnumerable<(Expression Stage, double Least)> restored, double[] values)
    {
        var used = restored.Where(stage => stage.Stage.At(values) > stage.Least + (Tolerance / 2));
        return used.Any(stage => solver.Solve(_program.Minimise(stage.Stage)).Values is not { } back || stage.Stage.At(back) > stage.Least + (Tolerance / 2));
    }

    /// <summary>Minimises a stage and fixes it, but for a solver's tolerance, before the next.</summary>
    /// <returns>The columns; null where nothing keeps the rules.</returns>
    private double[]? Least(IReferenceSolver solver, Expression stage, ref bool isProven)
    {
        if (!_program.HoldsWithoutColumns)
        {
            return null;
        }

        var found = solver.Solve(_program.Minimise(stage));
        isProven &= found.IsProven;
        if (found.Values is null)
        {
            return null;
        }

        // Once more with the integers rounded: what a thousandth of an order seems to gain is no gain.
        var exact = solver.Solve(_program.Minimise(stage, found.Values));
        isProven &= exact.Values is not null && Math.Abs(stage.At(exact.Values) - stage.At(found.Values)) < Tolerance;
        var values = exact.Values ?? found.Values;
        _program.AtMost(stage, stage.At(values) + Tolerance);
        return values;
    }

    private void AddCosts(PlacementAccount account, AccountRows rows)
    {
        foreach (var side in rows.Sides)
        {
            _objective.Add(rows.CostOf(side)).Add(side.Value, side.Sign * (double)_ledger.Preference(account, side.Market.Asset));
            _orders.Add(side.Order, 1);
            _turnover.Add(side.Value);
        }
    }

    private void AddDirections()
    {
        var sides = _accounts.SelectMany(entry => entry.Rows.Sides).ToList();
        foreach (var buy in sides.Where(side => _ledger.Problem.OneDirectionPerAsset && side.Side == TradeSide.Buy))
        {
            foreach (var sell in sides.Where(side => side.Side == TradeSide.Sell && side.Market.Asset == buy.Market.Asset))
            {
                _program.AtMost(Expression.Of((buy.Order, 1), (sell.Order, 1)), 1);
            }
        }
    }

    private void AddCommonReserve()
    {
        if (_ledger.Problem.CashReserve == 0)
        {
            return;
        }

        var required = (double)((_ledger.Problem.CashReserve + _ledger.Problem.Withdraw.Values.Sum()) / _unit);
        var before = (double)(_ledger.Problem.Accounts.Sum(account => _ledger.CashOf(account, name => _ledger.Before(account, name))) / _unit);
        var after = _accounts.Aggregate(new Expression(), (sum, entry) => sum.Add(entry.Rows.CashAfter()));
        _program.AtLeast(after, Math.Min(before, required));
        if (before < required)
        {
            _shortfall.Add(_program.PositivePart(new Expression(required).Add(after, -1)));
        }
    }

    private void AddGroups()
    {
        foreach (var group in _ledger.Problem.Groups)
        {
            var (after, before) = (new Expression(), 0m);
            foreach (var (account, rows) in _accounts.Where(entry => ExhaustiveOracle.IsOf(group, entry.Account)))
            {
                var members = ExhaustiveOracle.MembersOf(_ledger, group, account);
                after.Add(AccountRows.Total(members, rows.After));
                before += members.Sum(name => _ledger.Before(account, name) * _ledger.Price(name));
            }

            AccountRows.AddCap(_program, after, (double)(before / _unit), (double)(group.Max * _ledger.Value / _unit), _excess);
        }
    }

    private void AddDeviations()
    {
        foreach (var (row, before) in _ledger.Rows.Zip(_ledger.RowsBefore))
        {
            var target = _ledger.Problem.Targets.GetValueOrDefault(row) * _ledger.Value;
            var distance = new Expression((double)((before - target) / _unit));
            foreach (var (account, rows) in _accounts)
            {
                foreach (var name in _ledger.Names(account).Where(name => _ledger.IsManaged(name) && !_ledger.IsCash(name)))
                {
                    distance.Add(rows.Change(name), (double)_ledger.StandsFor(name).GetValueOrDefault(row));
                }
            }

            _distances.Add(distance);
            _deviation.Add(_program.PositivePart(distance)).Add(_program.PositivePart(new Expression().Add(distance, -1)));
        }
    }

    private void AddBand()
    {
        var widest = (double)(_ledger.Problem.Band * UnitsOfValue);
        foreach (var distance in _distances)
        {
            _program.AtMost(distance, widest);
            _program.AtLeast(distance, -widest);
        }
    }
}
