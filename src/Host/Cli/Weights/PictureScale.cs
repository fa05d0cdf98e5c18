namespace Rebalancer.Host.Cli.Weights;

/// <summary>An axis: round limits around the values, and where on the picture they lie.</summary>
internal sealed class PictureScale
{
    private const int WantedSteps = 7;

    private readonly double _low;
    private readonly double _high;
    private readonly double _step;
    private readonly double _from;
    private readonly double _to;

    /// <param name="low">Smallest value to show; the axis begins at zero unless that would leave most of it empty.</param>
    /// <param name="from">Where on the picture the axis begins.</param>
    /// <param name="to">Where it ends.</param>
    public PictureScale(double low, double high, double from, double to)
    {
        (_from, _to) = (from, to);
        var start = low > 0 && low < high * 0.6 ? 0 : low;
        var raw = Math.Max(high - start, 1e-6) / WantedSteps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        _step = new[] { 1.0, 2, 5, 10 }.Select(factor => factor * power).First(candidate => candidate >= raw * (1 - 1e-9));
        _low = Math.Floor((start / _step) + 1e-9) * _step;
        _high = Math.Ceiling(((high + ((high - start) * 0.02)) / _step) - 1e-9) * _step;
    }

    /// <summary>Steps of 1, 2 or 5 times a power of ten.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((_high - _low) / _step) + 1).Select(i => Math.Round(_low / _step) + i).Select(count => count * _step);

    public double Of(double value) => Math.Round(_from + ((value - _low) / (_high - _low) * (_to - _from)), 2);
}
