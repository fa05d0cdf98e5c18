using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class ConfigurationWatcherTests : IDisposable
{
    private const string Settings = """
        {
          "portfolios": [ { "id": "main", "baseCurrency": "USD", "mode": "paper", "targets": { "method": "equal", "assets": ["BTC"] }, "accounts": ["a"] } ],
          "accounts": [ { "id": "a", "venue": "simulated" } ]
        }
        """;

    private readonly Terminal _terminal = new();
    private readonly List<LoadedConfiguration> _applied = [];
    private int _refusals;

    [Fact]
    public async Task Look_ValidChange_IsAppliedOnce()
    {
        var watcher = Watch(new RunConsent(Live: false, DryRun: false));
        await ChangeAsync(watcher, "\"BTC\"", "\"ETH\"");
        await watcher.LookAsync(TestContext.Current.CancellationToken);
        _applied.ShouldHaveSingleItem().Configuration.Portfolios[0].Targets.Assets.ShouldBe(["ETH"]);
    }

    [Theory]
    [InlineData("\"id\": \"main\"", "\"idd\": \"main\"")]
    [InlineData("\"paper\"", "\"live\"")]
    public async Task Look_InvalidOrUnconsentedChange_IsIgnoredAndTheNextValidOneApplied(string text, string mistake)
    {
        var watcher = Watch(new RunConsent(Live: false, DryRun: false));
        await ChangeAsync(watcher, text, mistake);
        _applied.ShouldBeEmpty();
        await ChangeAsync(watcher, "\"BTC\"", "\"ETH\"");
        _applied.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Look_StartedWithDryRun_StaysDryWhateverTheFileSays()
    {
        await ChangeAsync(Watch(new RunConsent(Live: true, DryRun: true)), "\"paper\"", "\"live\"");
        _applied.ShouldHaveSingleItem().Configuration.Portfolios[0].Mode.ShouldBe(TradingMode.DryRun);
    }

    [Fact]
    public async Task Look_WhenRefusedForNow_TriesAgainUntilItIsApplied()
    {
        var watcher = Watch(new RunConsent(Live: false, DryRun: false));
        _refusals = 2;
        await ChangeAsync(watcher, "\"BTC\"", "\"ETH\"");
        await watcher.LookAsync(TestContext.Current.CancellationToken);
        _applied.ShouldBeEmpty();
        await watcher.LookAsync(TestContext.Current.CancellationToken);
        _applied.ShouldHaveSingleItem();
        await watcher.LookAsync(TestContext.Current.CancellationToken);
        _applied.ShouldHaveSingleItem();
    }

    public void Dispose() => _terminal.Dispose();

    private ConfigurationWatcher Watch(RunConsent consent)
    {
        var path = _terminal.Write("rebalancer.json", Settings);
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        LoadedConfiguration Load() => consent.Apply(ConfigurationFile.Load(path, "rebalancer.json", variables));
        return new ConfigurationWatcher(Load(), Load, (changed, _) =>
        {
            if (_refusals-- > 0)
            {
                throw new OperationRefusedException("a: 1 order(s) are not finished");
            }

            _applied.Add(changed);
            return Task.CompletedTask;
        }, NullLogger.Instance);
    }

    private async Task ChangeAsync(ConfigurationWatcher watcher, string text, string replacement)
    {
        Settings.ShouldContain(text);
        _terminal.Write("rebalancer.json", Settings.Replace(text, replacement, StringComparison.Ordinal));
        await watcher.LookAsync(TestContext.Current.CancellationToken);
    }
}
