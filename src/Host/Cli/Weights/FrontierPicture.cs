using System.Globalization;
using System.Net;
using System.Text;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>
/// The frontier as an SVG for a report: the curve from minimum volatility to highest return, portfolios of interest on or beside it, and the
/// assets by themselves. It follows the reader's light or dark theme.
/// </summary>
/// <param name="marks">Portfolios beyond the two of the frontier itself: what is held, what is aimed at.</param>
internal sealed class FrontierPicture(
    IReadOnlyList<string> assets, MarketEstimates estimates, EfficientFrontier frontier, IReadOnlyList<(string Name, double[] Weights)> marks, double riskFree)
{
    private const double Width = 960;
    private const double Height = 620;
    private const double Left = 76;
    private const double Right = 36;
    private const double Top = 112;
    private const double Bottom = 68;
    private const int CurvePoints = 160;

    /// <summary>From first to last: what stands out most, and still when printed without colour, by shape.</summary>
    private static readonly string[] MarkClasses = ["least", "best", "held", "aim"];

    private readonly StringBuilder _svg = new();
    private PictureScale _volatilities = new(0, 1, Left, Width - Right);
    private PictureScale _returns = new(0, 1, Height - Bottom, Top);

    public string Draw()
    {
        var curve = frontier.EvenlySpaced(CurvePoints).Select(At).ToArray();
        var single = assets.Select((_, i) => (Volatility: Math.Sqrt(estimates.Covariance[i, i]), Return: estimates.Means[i])).ToArray();
        var points = Marks();
        var all = curve.Concat(single).Concat(points.Select(mark => mark.At)).ToArray();
        _volatilities = new PictureScale(all.Min(point => point.Volatility), all.Max(point => point.Volatility), Left, Width - Right);
        _returns = new PictureScale(Math.Min(0, all.Min(point => point.Return)), all.Max(point => point.Return), Height - Bottom, Top);
        Open();
        DrawAxes();
        var labels = new LabelPlacer(Left, Top, Width - Right, Height - Bottom);
        foreach (var (volatility, expected) in curve)
        {
            labels.Occupy(X(volatility), Y(expected), 3);
        }

        foreach (var mark in points)
        {
            labels.Occupy(X(mark.At.Volatility), Y(mark.At.Return), 9);
        }

        DrawAssets(single, labels);
        Add($"<polyline class=\"curve\" points=\"{string.Join(' ', curve.Select(point => Text($"{X(point.Volatility)},{Y(point.Return)}")))}\"/>");
        DrawMarks(points);
        _svg.Append("</svg>\n");
        return _svg.ToString();
    }

    private List<(string Name, string Class, (double Volatility, double Return) At)> Marks()
    {
        var points = new List<(string, string, (double, double))> { ("Minimum volatility", MarkClasses[0], At(frontier.MinimumVolatility)) };
        if (frontier.MaximumSharpe(riskFree) is { } best)
        {
            points.Add((Text($"Maximum Sharpe {(frontier.ReturnOf(best) - riskFree) / frontier.VolatilityOf(best):0.00}"), MarkClasses[1], At(best)));
        }

        points.AddRange(marks.Select((mark, index) => (mark.Name, MarkClasses[2 + (index % 2)], At(mark.Weights))));
        return points;
    }

    private void Open()
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"Efficient frontier\">");
        _svg.Append("""
            <style>
              svg { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; --paper: #ffffff; --ink: #111827; --text: #4b5563; --grid: #e5e7eb; --axis: #9ca3af; --dot: #9ca3af; --curve: #2563eb; --least: #0d9488; --best: #dc2626; --held: #111827; --aim: #9333ea; }
              @media (prefers-color-scheme: dark) { svg { --paper: #111827; --ink: #f3f4f6; --text: #c3c9d2; --grid: #273244; --axis: #6b7280; --dot: #7c8798; --curve: #60a5fa; --least: #2dd4bf; --best: #f87171; --held: #f9fafb; --aim: #c084fc; } }
              text { fill: var(--text); font-size: 12px; } .title { fill: var(--ink); font-size: 20px; font-weight: 600; } .name { font-size: 13px; }
              .grid { stroke: var(--grid); } .axis { stroke: var(--axis); } .asset { fill: var(--dot); }
              .curve { fill: none; stroke: var(--curve); stroke-width: 3; stroke-linejoin: round; stroke-linecap: round; }
              .mark { stroke: var(--paper); stroke-width: 2; } .least { fill: var(--least); } .best { fill: var(--best); } .held { fill: var(--held); } .aim { fill: var(--aim); }
            </style>

            """);
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"var(--paper)\"/>");
        Add($"<text class=\"title\" x=\"{Left}\" y=\"38\">Efficient frontier</text>");
        Add($"<text x=\"{Left}\" y=\"60\">{assets.Count} assets, figures a year, risk-free rate {Percent(riskFree)}</text>");
    }

    private void DrawAxes()
    {
        var (low, high) = (Height - Bottom, Width - Right);
        foreach (var value in _volatilities.Ticks)
        {
            Add($"<line class=\"grid\" x1=\"{X(value)}\" y1=\"{Top}\" x2=\"{X(value)}\" y2=\"{low}\"/>");
            Add($"<text x=\"{X(value)}\" y=\"{low + 20}\" text-anchor=\"middle\">{Percent(value)}</text>");
        }

        foreach (var value in _returns.Ticks)
        {
            Add($"<line class=\"{(value == 0 ? "axis" : "grid")}\" x1=\"{Left}\" y1=\"{Y(value)}\" x2=\"{high}\" y2=\"{Y(value)}\"/>");
            Add($"<text x=\"{Left - 10}\" y=\"{Y(value) + 4}\" text-anchor=\"end\">{Percent(value)}</text>");
        }

        Add($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{low}\"/>");
        Add($"<text class=\"name\" x=\"{(Left + high) / 2}\" y=\"{Height - 18}\" text-anchor=\"middle\">Volatility</text>");
        Add($"<text class=\"name\" transform=\"translate(22 {(Top + low) / 2}) rotate(-90)\" text-anchor=\"middle\">Expected return</text>");
    }

    private void DrawAssets((double Volatility, double Return)[] single, LabelPlacer labels)
    {
        foreach (var point in single)
        {
            labels.Occupy(X(point.Volatility), Y(point.Return), 4);
        }

        foreach (var (index, point) in single.Index().OrderByDescending(entry => entry.Item.Return))
        {
            var (x, y, name) = (X(point.Volatility), Y(point.Return), WebUtility.HtmlEncode(assets[index]));
            Add($"<circle class=\"asset\" cx=\"{x}\" cy=\"{y}\" r=\"4\"><title>{name}: return {Percent(point.Return)}, volatility {Percent(point.Volatility)}</title></circle>");

            // A label that finds no room is left out; the point tells its name when it is pointed at.
            if (labels.Place(assets[index], x, y) is { } place)
            {
                Add($"<text x=\"{place.X}\" y=\"{place.Y}\" text-anchor=\"{place.Anchor}\">{name}</text>");
            }
        }
    }

    private void DrawMarks(List<(string Name, string Class, (double Volatility, double Return) At)> points)
    {
        var legend = Left + 6;
        foreach (var (name, shape, (volatility, expected)) in points)
        {
            Add($"<g class=\"mark {shape}\">{Shape(shape, X(volatility), Y(expected), 8)}<title>{name}: return {Percent(expected)}, volatility {Percent(volatility)}</title></g>");
            Add($"<g class=\"mark {shape}\">{Shape(shape, legend, 82, 7)}</g>");
            Add($"<text class=\"name\" x=\"{legend + 13}\" y=\"87\">{name}</text>");
            legend += 40 + (LabelPlacer.WidthOf(name) * 1.1);
        }
    }

    private static string Shape(string shape, double x, double y, double size) => shape switch
    {
        "best" => Text($"<path d=\"M{x} {y - size}L{x + size} {y}L{x} {y + size}L{x - size} {y}Z\"/>"),
        "held" => Text($"<rect x=\"{x - (size * 0.8)}\" y=\"{y - (size * 0.8)}\" width=\"{size * 1.6}\" height=\"{size * 1.6}\"/>"),
        "aim" => Text($"<path d=\"M{x} {y - size}L{x + size} {y + (size * 0.8)}L{x - size} {y + (size * 0.8)}Z\"/>"),
        _ => Text($"<circle cx=\"{x}\" cy=\"{y}\" r=\"{size * 0.9}\"/>"),
    };

    private (double Volatility, double Return) At(double[] weights) =>
        (Math.Sqrt(Math.Max(0, estimates.Covariance.Quadratic(weights))), SymmetricMatrix.Dot(estimates.Means, weights));

    private double X(double volatility) => _volatilities.Of(volatility);

    private double Y(double expected) => _returns.Of(expected);

    private void Add(FormattableString text) => _svg.Append(Text(text)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double value) => Text($"{Math.Round(value * 100, 1)} %").Replace('-', '−');
}
