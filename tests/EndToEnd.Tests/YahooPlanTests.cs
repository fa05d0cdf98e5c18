using System.Globalization;
using System.Text.Json;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Emulators.Yahoo;

namespace Rebalancer.EndToEnd.Tests;

/// <summary><c>plan --prices yahoo</c> as it is typed, through npm yahoo-finance2, against an emulated Yahoo.</summary>
public sealed class YahooPlanTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("yahoo-plan-").FullName;
    private YahooEmulator _yahoo = null!;

    public async ValueTask InitializeAsync()
    {
        _yahoo = await YahooEmulator.StartAsync(TimeProvider.System);
        _yahoo.Add(new YahooSymbol("VTI", "USD", 400));
        _yahoo.Add(new YahooSymbol("BND", "USD", 50));
        await File.WriteAllTextAsync(Path.Combine(_folder, "positions.csv"), "Symbol,PositionValue,MarkPrice\nVTI,3000,300\nBND,800,80\n", TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _yahoo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Plan_WithPricesOfYahoo_UsesThem_AndLaterTheLastOnes_SayingTheirDate()
    {
        var (exitCode, output, errors) = await PlanAsync();
        exitCode.ShouldBe(0, errors);
        PriceOf("VTI", output).ShouldBe(400);
        errors.ShouldBeEmpty();

        _yahoo.Faults.Plan("", EmulatorFault.ServerErrorBefore, times: 1_000);
        (exitCode, output, errors) = await PlanAsync();
        exitCode.ShouldBe(0, errors);
        PriceOf("VTI", output).ShouldBe(400);
        errors.ShouldContain("prices: VTI: ");
        errors.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"the price of {TimeProvider.System.GetUtcNow():yyyy-MM-dd}"));
    }

    [Fact]
    public async Task Plan_WhereYahooHasNoPriceAndNoneIsKept_FailsAndNamesTheAsset()
    {
        await File.AppendAllTextAsync(Path.Combine(_folder, "positions.csv"), "NOTHING,100,10\n", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await PlanAsync();

        exitCode.ShouldBe(1);
        errors.ShouldContain("prices: NOTHING: Yahoo has no price of NOTHING, and there is none from an earlier run");
    }

    private static decimal PriceOf(string asset, string output) => decimal.Parse(
        JsonDocument.Parse(output).RootElement.GetProperty("trades").EnumerateArray().First(trade => trade.GetProperty("asset").GetString() == asset).GetProperty("price").GetString()!,
        CultureInfo.InvariantCulture);

    private async Task<(int ExitCode, string Output, string Errors)> PlanAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var plan = RebalancerProgram.Start(
            ["plan", "--positions", Path.Combine(_folder, "positions.csv"), "--prices", "yahoo", "--output", "json"],
            new SortedDictionary<string, string> { ["REBALANCER_YAHOO_ENDPOINT"] = _yahoo.Address.ToString(), ["XDG_CACHE_HOME"] = _folder });
        var errors = plan.StandardError.ReadToEndAsync(cancellation);
        var output = await plan.StandardOutput.ReadToEndAsync(cancellation);
        await plan.WaitForExitAsync(cancellation);
        return (plan.ExitCode, output, await errors);
    }
}
