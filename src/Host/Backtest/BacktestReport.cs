using System.Net;
using System.Text.Json;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Backtest;

/// <summary>The report as one HTML file: figures, styles and scripts are in it, and it loads nothing.</summary>
public static class BacktestReport
{
    private static readonly (string Mark, string Resource)[] Parts =
    [
        ("{{uplot.css}}", "Rebalancer.Host.Web.Assets.uplot.min.css"),
        ("{{report.css}}", "Rebalancer.Host.Backtest.Assets.report.css"),
        ("{{uplot.js}}", "Rebalancer.Host.Web.Assets.uplot.min.js"),
        ("{{report.js}}", "Rebalancer.Host.Backtest.Assets.report.js"),
    ];

    public static string Write(BacktestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = Read("Rebalancer.Host.Backtest.Assets.report.html");
        foreach (var (mark, resource) in Parts)
        {
            page = page.Replace(mark, Read(resource), StringComparison.Ordinal);
        }

        // Names come from the settings: none may end the element that holds them.
        var data = JsonSerializer.Serialize(result, JsonOutput.Compact).Replace("<", "\\u003c", StringComparison.Ordinal);
        return page.Replace("{{title}}", WebUtility.HtmlEncode(result.Portfolio), StringComparison.Ordinal).Replace("{{data}}", data, StringComparison.Ordinal);
    }

    private static string Read(string resource)
    {
        using var stream = typeof(BacktestReport).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not in the program; build it again.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
