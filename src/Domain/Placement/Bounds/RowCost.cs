namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// What a block's row costs by the change its trades bring: a kink with a slope on either side. Of a deviation row −μ and μ around the gap; of
/// a cash row a steep price below what may be spent and nothing above. Where every trade moves the row by whole lots of one grid, only the
/// grid's points can be reached, and the line between the two beside the kink takes its place.
/// </summary>
internal readonly struct RowCost
{
    private readonly double _kink;
    private readonly double _below;
    private readonly double _above;
    private readonly double _between;

    /// <param name="below">Cost of one unit below the kink.</param>
    /// <param name="above">Cost of one unit above it.</param>
    /// <param name="grid">Change of one lot; 0 where any amount can be reached.</param>
    public RowCost(double kink, double below, double above, double grid)
    {
        (_kink, _below, _above) = (kink, below, above);
        (Left, Right) = (kink, kink);
        if (grid > 0)
        {
            Left = Math.Floor(kink / grid) * grid;
            Right = Left + grid;
            _between = (Beside(Right) - Beside(Left)) / grid;
        }
    }

    private double Left { get; }

    private double Right { get; }

    public double At(double change) => change <= Left || change >= Right ? Beside(change) : Beside(Left) + (_between * (change - Left));

    /// <summary>Slope to the right of a change, and how far it holds.</summary>
    public double SlopeAfter(double change, out double until)
    {
        until = change < Left ? Left : change < Right ? Right : double.PositiveInfinity;
        return change < Left ? -_below : change < Right ? _between : _above;
    }

    private double Beside(double change) => change < _kink ? _below * (_kink - change) : _above * (change - _kink);
}
