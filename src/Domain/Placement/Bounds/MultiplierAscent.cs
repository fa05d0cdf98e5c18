namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// Climbs the bound over the multipliers by deflected subgradient steps towards a target (Camerini, Fratta and Maffioli 1975, with Polyak's
/// step length): from the best point again, with half the length, whenever a few steps brought nothing.
/// </summary>
internal sealed class MultiplierAscent(LagrangianRelaxation relaxation, double deviationWeight)
{
    private const double Deflection = 0.7;
    private const int StepsBeforeHalving = 6;

    public double Best { get; private set; } = double.NegativeInfinity;

    /// <summary>Multipliers of <see cref="Best"/>; null before the first step.</summary>
    public Multipliers? At { get; private set; }

    /// <param name="target">A value the bound will not pass: the objective of a plan.</param>
    public void Climb(Multipliers start, double target, int steps, int nodes)
    {
        var (current, direction, length, waited) = (start, default(Multipliers), 1.0, 0);
        for (var step = 0; step < Math.Max(1, steps); step++)
        {
            var value = relaxation.Bound(current, nodes);
            var gradient = Projected(current, relaxation.Gradient());
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
            var norm = SquaredNorm(direction);
            if (norm == 0 || target <= value)
            {
                return;
            }

            current = Moved(current, direction, length * (target - value) / norm);
        }
    }

    /// <summary>A price at 0 cannot fall further: its component would only shorten the step.</summary>
    private static Multipliers Projected(Multipliers at, Multipliers gradient) => gradient with
    {
        Resources = [.. gradient.Resources.Select((slope, row) => at.Resources[row] <= 0 ? Math.Max(0, slope) : slope)],
        Gain = at.Gain <= 0 ? Math.Max(0, gradient.Gain) : gradient.Gain,
    };

    private static Multipliers Combined(Multipliers gradient, Multipliers last) => new(
        [.. gradient.Resources.Zip(last.Resources, (slope, before) => slope + (Deflection * before))],
        [.. gradient.Copies.Zip(last.Copies, (slope, before) => slope + (Deflection * before))],
        gradient.Gain + (Deflection * last.Gain));

    private static double SquaredNorm(Multipliers direction) =>
        direction.Resources.Sum(slope => slope * slope) + direction.Copies.Sum(slope => slope * slope) + (direction.Gain * direction.Gain);

    private Multipliers Moved(Multipliers at, Multipliers direction, double length) => new(
        [.. at.Resources.Zip(direction.Resources, (price, slope) => Math.Max(0, price + (length * slope)))],
        [.. at.Copies.Zip(direction.Copies, (price, slope) => Math.Clamp(price + (length * slope), -deviationWeight, deviationWeight))],
        relaxation.HasGainBudget ? Math.Max(0, at.Gain + (length * direction.Gain)) : 0);
}
