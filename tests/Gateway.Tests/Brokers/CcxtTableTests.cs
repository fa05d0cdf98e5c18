using System.Diagnostics;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>What the host knows of ccxt's exchanges, and what the page says of them, is what the installed ccxt says.</summary>
public sealed class CcxtTableTests
{
    [Fact]
    public async Task Tables_AreWhatTheInstalledCcxtGives()
    {
        var (node, _) = NodeRuntime.Locate();
        using var list = Process.Start(new ProcessStartInfo(node, [Path.Combine(NodeRuntime.ScriptFolder, "brokers", "ccxt", "list.mjs"), "--check"])
        {
            UseShellExecute = false, RedirectStandardError = true,
        })!;
        var errors = await list.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await list.WaitForExitAsync(TestContext.Current.CancellationToken);

        list.ExitCode.ShouldBe(0, errors);
    }
}
