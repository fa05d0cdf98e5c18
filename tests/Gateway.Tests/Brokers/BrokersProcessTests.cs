using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

public sealed class BrokersProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A venue the process does not have: opening it fails there, with an answer.</summary>
    private static readonly BrokerAccount Nowhere =
        new("a", "nowhere:x", null, new SortedDictionary<string, string> { ["apiKey"] = "CANARY-KEY" }, [], Sandbox: true, AllowsWithdrawalKey: false);

    private readonly BrokersProcess _brokers = new(TimeProvider.System, NullLogger.Instance) { FirstPause = TimeSpan.Zero };

    public void Dispose() => _brokers.Dispose();

    [Fact]
    public void Process_StartsOnlyWithTheFirstCall() => _brokers.ProcessId.ShouldBeNull();

    [Fact]
    public async Task Query_RefusedByTheProcess_CarriesItsKind()
    {
        var error = await Should.ThrowAsync<VenueException>(() => _brokers.QueryAsync(Nowhere, "balances", [], Patience, None));

        error.Kind.ShouldBe(VenueErrorKind.Unsupported);
        error.Message.ShouldContain("nowhere:x");
    }

    [Fact]
    public async Task Process_ThatWasKilled_IsStartedAgainByTheNextCall()
    {
        await Should.ThrowAsync<VenueException>(() => _brokers.QueryAsync(Nowhere, "balances", [], Patience, None));
        var first = _brokers.ProcessId.ShouldNotBeNull();
        await KillAsync(first);

        (await Should.ThrowAsync<VenueException>(() => _brokers.QueryAsync(Nowhere, "balances", [], Patience, None))).Kind.ShouldBe(VenueErrorKind.Unsupported);

        _brokers.ProcessId.ShouldNotBeNull().ShouldNotBe(first);
    }

    [Fact]
    public async Task Process_ThatKeepsEnding_IsStartedAgainOnlyAfterAPause()
    {
        using var brokers = new BrokersProcess(TimeProvider.System, NullLogger.Instance) { FirstPause = TimeSpan.FromMinutes(1), LongestPause = TimeSpan.FromMinutes(1) };
        await Should.ThrowAsync<VenueException>(() => brokers.QueryAsync(Nowhere, "balances", [], Patience, None));
        await KillAsync(brokers.ProcessId!.Value, brokers);

        var error = await Should.ThrowAsync<VenueException>(() => brokers.QueryAsync(Nowhere, "balances", [], Patience, None));

        error.Kind.ShouldBe(VenueErrorKind.Unavailable);
        error.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Secrets_AreNotInWhatPrintsAnAccount() => Nowhere.ToString().ShouldNotContain("CANARY");

    [Fact]
    public void Send_OfAnAccountThatIsNotOpen_WritesNothing() => _brokers.TrySend(Nowhere, "place", new JsonObject(), out _).ShouldBeFalse();

    private Task KillAsync(int processId) => KillAsync(processId, _brokers);

    private static async Task KillAsync(int processId, BrokersProcess brokers)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        for (var turn = 0; turn < 500 && brokers.ProcessId == processId; turn++)
        {
            await Task.Delay(10);
        }
    }
}
