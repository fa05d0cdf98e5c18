using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// Climbs the bound over the multipliers by deflected subgradient steps towards a target (Camerini, Fratta and Maffioli 1975, with Polyak's
/// step length): from the best point again, with half the length, whenever a few steps brought nothing.
/// </summary>
/// <param name="deadline">Ends every climb early, after its first step at most.</param>
internal sealed class MultiplierAscent(LagrangianRelaxation relaxation, SearchProblem problem, TradeRanges ranges, IDeadline? deadline)
{
    private const int StepsBeforeHalving = 20;
    private const double Deflection = 0.9;

    // How far multipliers of each kind move for the same part in the gradient: found by trial, in units of the mean fixed cost of an order.
    private const double PriceReach = 1.7;
    private const double ValueReach = 1.2;
    private const double OrderReach = 0.4;
    private const double LeastOrderCost = 1e-6;

    private readonly double[] _reach = Reach(relaxation, problem, ranges);

    public double Best { get; private set; } = double.NegativeInfinity;

    /// <summary>Multipliers of <see cref="Best"/>; null before the first step.</summary>
    public Multipliers? At { get; private set; }

    /// <param name="target">A value the bound will not pass: the objective of a plan.</param>
    /// <param name="splits">Whether what the copies pay moves too, or only the prices of the rows.</param>
    /// <param name="firstLength">Of the first step: 1 is Polyak's, which is too long where the bound does not come near the target.</param>
    public void Climb(Multipliers start, double target, int steps, int nodes, bool splits, double firstLength = 1)
    {
        var (current, length, waited) = (start, firstLength, 0);
        double[]? direction = null;
        for (var step = 0; step < Math.Max(1, steps); step++)
        {
            var value = relaxation.Bound(current, nodes);
            var gradient = Scaled(current, relaxation.Gradient(), splits);
            waited++;
            if (value > Best || At is null)
            {
                (Best, At, waited) = (value, current, 0);
            }
            else if (waited >= StepsBeforeHalving)
            {
                (length, waited, current, direction) = (length / 2, 0, At, null);
                continue;
            }

            direction = direction is null ? gradient : Combined(gradient, direction);
            var norm = SquareOf(direction);
            if (norm == 0 || target <= value || deadline is { HasPassed: true })
            {
                return;
            }

            current = Moved(current, direction, length * (target - value) / norm);
        }
    }

    /// <summary>Adds to the gradient, in place, what is left of the last direction.</summary>
    private static double[] Combined(double[] gradient, double[] last)
    {
        for (var index = 0; index < gradient.Length; index++)
        {
            gradient[index] += Deflection * last[index];
        }

        return gradient;
    }

    private static double SquareOf(double[] direction)
    {
        var sum = 0.0;
        foreach (var slope in direction)
        {
            sum += slope * slope;
        }

        return sum;
    }

    private static double[] Reach(LagrangianRelaxation relaxation, SearchProblem problem, TradeRanges ranges)
    {
        var (rows, sides) = (problem.Room.Length + problem.Gap.Length + 1, problem.Most.Length);
        var money = (double)problem.Portfolio.TotalValue / Math.Max(1, problem.AccountCount);
        var order = Math.Max(problem.Ticket.DefaultIfEmpty().Average(), money * LeastOrderCost);
        var reach = new double[rows + (2 * sides)];
        reach.AsSpan(0, rows).Fill(PriceReach * order / money);
        for (var side = 0; side < sides; side++)
        {
            if (relaxation.IsSplit(side) && ranges.Most[side] > 0)
            {
                reach[rows + side] = ValueReach * order;
                reach[rows + sides + side] = Math.Min(problem.Ticket[side / 2], OrderReach * order);
            }
        }

        return reach;
    }

    /// <summary>
    /// The gradient in coordinates of equal reach. Those of a side are what its largest order pays, with what there being an order pays spread
    /// over that value, and what there being an order pays: moving the second leaves the linear program's price as it is.
    /// </summary>
    private double[] Scaled(Multipliers at, Multipliers gradient, bool splits)
    {
        var (prices, sides) = (at.Resources.Length, at.Value.Length);
        var rows = prices + at.Copies.Length + 1;
        var scaled = new double[_reach.Length];
        for (var row = 0; row < prices; row++)
        {
            // A price at 0 cannot fall further: its component would only shorten the step.
            scaled[row] = _reach[row] * (at.Resources[row] <= 0 ? Math.Max(0, gradient.Resources[row]) : gradient.Resources[row]);
        }

        for (var row = prices; row < rows - 1; row++)
        {
            scaled[row] = _reach[row] * gradient.Copies[row - prices];
        }

        scaled[rows - 1] = _reach[rows - 1] * (at.Gain <= 0 ? Math.Max(0, gradient.Gain) : gradient.Gain);
        for (var side = 0; side < sides && splits; side++)
        {
            if (_reach[rows + side] > 0)
            {
                var share = gradient.Value[side] / ranges.Most[side];
                scaled[rows + side] = _reach[rows + side] * share;
                scaled[rows + sides + side] = _reach[rows + sides + side] * (gradient.Order[side] - share);
            }
        }

        return scaled;
    }

    private Multipliers Moved(Multipliers at, double[] direction, double length)
    {
        var (prices, sides) = (at.Resources.Length, at.Value.Length);
        var rows = prices + at.Copies.Length + 1;
        double Move(int index) => length * _reach[index] * direction[index];
        var (value, order) = (at.Value.ToArray(), at.Order.ToArray());
        for (var side = 0; side < sides; side++)
        {
            if (_reach[rows + side] > 0)
            {
                order[side] += Move(rows + sides + side);
                value[side] += (Move(rows + side) - Move(rows + sides + side)) / ranges.Most[side];
            }
        }

        return new Multipliers(
            [.. at.Resources.Select((price, row) => Math.Max(0, price + Move(row)))],
            [.. at.Copies.Select((price, row) => Math.Clamp(price + Move(prices + row), -problem.DeviationWeight, problem.DeviationWeight))],
            relaxation.HasGainBudget ? Math.Max(0, at.Gain + Move(rows - 1)) : 0, value, order);
    }
}
