using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Books;
using Rebalancer.Gateway.Rpc;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>The brokers process ends with its host, and what is queued in it is never sent.</summary>
public sealed class HostDeathTests
{
    /// <summary>More than the burst that goes out at once.</summary>
    private const int Orders = 400;

    [Fact]
    public async Task Process_WhoseHostIsGone_EndsAtOnce_AndSendsNothingThatWasQueued()
    {
        await using var emulator = await BinanceEmulator.StartAsync(TimeProvider.System);
        emulator.Book.Add(new BookMarket("BTCUSDT", "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 0.5m), 59_990, 60_010);
        emulator.Book.Endow("a", "BTC", 100);
        emulator.AddKey(new BinanceKey("a", "key", "secret"));
        using var node = StartNode();
        var input = node.StandardInput.BaseStream;
        Send(input, 1, "open", new JsonObject
        {
            ["account"] = "a", ["venue"] = "ccxt:binance", ["endpoint"] = emulator.Address.ToString(), ["mode"] = "live",
            ["credentials"] = new JsonObject { ["apiKey"] = "key", ["secret"] = "secret" }, ["options"] = new JsonObject { ["requestsPerSecond"] = "1" },
        });
        await node.StandardOutput.ReadLineAsync();
        for (var order = 0; order < Orders; order++)
        {
            Send(input, 2 + order, "call", new JsonObject { ["account"] = "a", ["method"] = "place", ["params"] = Order(order) });
        }

        // The burst of the throttle goes out; the other orders wait in the process for their turn.
        while (emulator.Book.Orders().Count == 0)
        {
            node.HasExited.ShouldBeFalse();
            await Task.Delay(5);
        }

        node.StandardInput.Close();
        await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));

        // Nothing can follow from a process that is gone; what had been written when it went may still be on its way to the book.
        emulator.Book.Orders().Count.ShouldBeLessThan(Orders);
        node.ExitCode.ShouldBe(0);
    }

    /// <summary>A shell stands for the host: it dies, and stdin, which is the test's, stays open.</summary>
    [Fact]
    public async Task Request_DueAfterTheHostsDeath_IsNotSent_ThoughTheEndOfStdinIsStillToCome()
    {
        const string Script = """
            import { uptimeMilliseconds, within } from './brokers/deadline.mjs';
            process.stdin.once('data', () => within(uptimeMilliseconds() + 10_000, async () => process.stdout.write('sent')));
            process.stdout.write('up\n');
            """;
        var (path, _) = NodeRuntime.Locate();
        using var host = Process.Start(new ProcessStartInfo("sh", ["-c", "exec 3<&0; \"$@\" <&3 & wait", "sh", path, "--input-type=module", "-e", Script])
        {
            WorkingDirectory = NodeRuntime.ScriptFolder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        (await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("up");
        host.Kill();
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);

        await host.StandardInput.WriteLineAsync("go");
        await host.StandardInput.FlushAsync(TestContext.Current.CancellationToken);

        (await host.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    private static JsonObject Order(int number) => new()
    {
        ["order"] = new JsonObject
        {
            ["clientOrderId"] = $"rbhostdeath{number:0000000}", ["market"] = new JsonObject { ["asset"] = "BTC", ["quote"] = "USDT" }, ["side"] = "sell", ["type"] = "limit",
            ["quantity"] = "0.1", ["limitPrice"] = "90000", ["timeInForce"] = "goodTilCancelled", ["goodTill"] = null,
        },
        ["deadline"] = UptimeClock.OfMachine.Milliseconds + 60_000,
    };

    private static Process StartNode()
    {
        var (path, _) = NodeRuntime.Locate();
        return Process.Start(new ProcessStartInfo(path, [Path.Combine(NodeRuntime.ScriptFolder, "brokers.mjs")])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    private static void Send(Stream stream, int id, string method, JsonObject parameters)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString());
        stream.Write(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        stream.Write(body);
        stream.Flush();
    }
}
