namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// μ·|gap − change| of one row. Where every trade of the row moves it by whole lots of one grid, only the grid's points can be reached, and
/// the line between the two beside the gap takes the place of the kink.
/// </summary>
internal readonly struct DeviationCost
{
    private readonly double _gap;
    private readonly double _weight;
    private readonly double _slopeBetween;

    /// <param name="grid">Change of one lot; 0 where any amount can be reached.</param>
    public DeviationCost(double gap, double weight, double grid)
    {
        (_gap, _weight) = (gap, weight);
        (Left, Right) = (gap, gap);
        if (grid > 0)
        {
            Left = Math.Floor(gap / grid) * grid;
            Right = Left + grid;
            _slopeBetween = (At(Right) - (weight * Math.Abs(gap - Left))) / grid;
        }
    }

    public double Left { get; }

    public double Right { get; }

    public double At(double change) =>
        change <= Left || change >= Right ? _weight * Math.Abs(_gap - change) : (_weight * Math.Abs(_gap - Left)) + (_slopeBetween * (change - Left));

    /// <summary>Slope to the right of a change, and how far it holds.</summary>
    public double SlopeAfter(double change, out double until)
    {
        until = change < Left ? Left : change < Right ? Right : double.PositiveInfinity;
        return change < Left ? -_weight : change < Right ? _slopeBetween : _weight;
    }
}
