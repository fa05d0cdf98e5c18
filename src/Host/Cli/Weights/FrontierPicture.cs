using System.Globalization;
using System.Net;
using System.Text;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>The frontier as an SVG for a report: the curve, its ends, the tangency portfolio, the current one, and the assets by themselves.</summary>
internal sealed class FrontierPicture(
    IReadOnlyList<string> assets, MarketEstimates estimates, EfficientFrontier frontier, double[]? current, double riskFree)
{
    private const double Width = 960;
    private const double Height = 600;
    private const double Left = 80;
    private const double Right = 40;
    private const double Top = 64;
    private const double Bottom = 72;
    private const int CurvePoints = 120;

    private readonly StringBuilder _svg = new();
    private (double Low, double High, double Step) _volatilities;
    private (double Low, double High, double Step) _returns;

    public string Draw()
    {
        var curve = frontier.EvenlySpaced(CurvePoints).Select(At).ToArray();
        var single = assets.Select((_, i) => (Volatility: Math.Sqrt(estimates.Covariance[i, i]), Return: estimates.Means[i])).ToArray();
        var marks = Marks();
        var all = curve.Concat(single).Concat(marks.Select(mark => mark.At)).ToArray();
        _volatilities = Ticks(0, all.Max(point => point.Volatility));
        _returns = Ticks(Math.Min(0, all.Min(point => point.Return)), all.Max(point => point.Return));
        Open();
        DrawAxes();
        DrawAssets(single);
        Add($"<polyline fill=\"none\" stroke=\"#1f5fbf\" stroke-width=\"3\" stroke-linejoin=\"round\" points=\"{string.Join(' ', curve.Select(point => $"{X(point.Volatility)},{Y(point.Return)}"))}\"/>");
        DrawMarks(marks);
        _svg.Append("</svg>\n");
        return _svg.ToString();
    }

    private List<(string Name, string Colour, (double Volatility, double Return) At)> Marks()
    {
        var marks = new List<(string, string, (double, double))> { ("Minimum volatility", "#2c8c5a", At(frontier.MinimumVolatility)) };
        if (frontier.MaximumSharpe(riskFree) is { } best)
        {
            marks.Add(("Maximum Sharpe", "#c2410c", At(best)));
        }

        if (current is not null)
        {
            marks.Add(("Current", "#111827", At(current)));
        }

        return marks;
    }

    private void Open()
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"Efficient frontier\" font-family=\"system-ui, Helvetica, Arial, sans-serif\">");
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        Add($"<text x=\"{Left}\" y=\"36\" font-size=\"20\" font-weight=\"600\" fill=\"#111827\">Efficient frontier</text>");
        Add($"<text x=\"{Width / 2}\" y=\"{Height - 20}\" font-size=\"14\" fill=\"#374151\" text-anchor=\"middle\">Volatility a year</text>");
        Add($"<text transform=\"translate(24 {Height / 2}) rotate(-90)\" font-size=\"14\" fill=\"#374151\" text-anchor=\"middle\">Expected return a year</text>");
    }

    private void DrawAxes()
    {
        foreach (var value in Steps(_volatilities))
        {
            Add($"<line x1=\"{X(value)}\" y1=\"{Top}\" x2=\"{X(value)}\" y2=\"{Height - Bottom}\" stroke=\"#e5e7eb\"/>");
            Add($"<text x=\"{X(value)}\" y=\"{Height - Bottom + 22}\" font-size=\"12\" fill=\"#6b7280\" text-anchor=\"middle\">{value:0.#%}</text>");
        }

        foreach (var value in Steps(_returns))
        {
            Add($"<line x1=\"{Left}\" y1=\"{Y(value)}\" x2=\"{Width - Right}\" y2=\"{Y(value)}\" stroke=\"#e5e7eb\"/>");
            Add($"<text x=\"{Left - 10}\" y=\"{Y(value) + 4}\" font-size=\"12\" fill=\"#6b7280\" text-anchor=\"end\">{value:0.#%}</text>");
        }
    }

    private void DrawAssets((double Volatility, double Return)[] single)
    {
        var taken = new List<(double X, double Y)>();
        foreach (var (index, point) in single.Index().OrderByDescending(entry => entry.Item.Return))
        {
            var (x, y) = (X(point.Volatility), Y(point.Return));
            Add($"<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" fill=\"#9ca3af\"/>");

            // A label that would stand on another is left out; the point stays.
            if (!taken.Exists(other => Math.Abs(other.X - x) < 52 && Math.Abs(other.Y - y) < 14))
            {
                Add($"<text x=\"{x + 8}\" y=\"{y + 4}\" font-size=\"12\" fill=\"#4b5563\">{WebUtility.HtmlEncode(assets[index])}</text>");
                taken.Add((x, y));
            }
        }
    }

    private void DrawMarks(List<(string Name, string Colour, (double Volatility, double Return) At)> marks)
    {
        var legendX = Width - Right - (marks.Count * 190);
        foreach (var (name, colour, (volatility, expected)) in marks)
        {
            Add($"<circle cx=\"{X(volatility)}\" cy=\"{Y(expected)}\" r=\"7\" fill=\"{colour}\" stroke=\"#ffffff\" stroke-width=\"2\"><title>{name}: return {expected:0.0%}, volatility {volatility:0.0%}</title></circle>");
            Add($"<circle cx=\"{legendX}\" cy=\"31\" r=\"6\" fill=\"{colour}\"/>");
            Add($"<text x=\"{legendX + 12}\" y=\"36\" font-size=\"13\" fill=\"#374151\">{name}</text>");
            legendX += 190;
        }
    }

    private (double Volatility, double Return) At(double[] weights) =>
        (Math.Sqrt(Math.Max(0, estimates.Covariance.Quadratic(weights))), SymmetricMatrix.Dot(estimates.Means, weights));

    private double X(double volatility) =>
        Math.Round(Left + ((volatility - _volatilities.Low) / (_volatilities.High - _volatilities.Low) * (Width - Left - Right)), 2);

    private double Y(double expected) =>
        Math.Round(Height - Bottom - ((expected - _returns.Low) / (_returns.High - _returns.Low) * (Height - Top - Bottom)), 2);

    private void Add(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Round limits and steps of 1, 2 or 5 times a power of ten that take in the range.</summary>
    private static (double Low, double High, double Step) Ticks(double low, double high)
    {
        var raw = Math.Max(high - low, 1e-6) / 7;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = new[] { 1.0, 2, 5, 10 }.Select(factor => factor * power).First(candidate => candidate >= raw);
        return (Math.Floor(low / step) * step, Math.Ceiling(high * 1.02 / step) * step, step);
    }

    private static IEnumerable<double> Steps((double Low, double High, double Step) ticks)
    {
        for (var i = 0; ticks.Low + (i * ticks.Step) <= ticks.High + (ticks.Step / 2); i++)
        {
            yield return ticks.Low + (i * ticks.Step);
        }
    }
}
