using System.Text.Json.Nodes;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Tests.Rpc;

public sealed class NodeProcessTests
{
    [Fact]
    public async Task CallAsync_Ping_OverlappingCalls_AreEachAnswered()
    {
        using var process = NodeProcess.Start("solver.mjs");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => process.CallAsync("ping", new JsonObject())));

        answers.ShouldAllBe(answer => answer.GetProperty("node").GetString()!.StartsWith('v'));
    }

    [Fact]
    public async Task CallAsync_UnknownMethod_IsTheOtherSidesError()
    {
        using var process = NodeProcess.Start("solver.mjs");

        (await Should.ThrowAsync<RpcException>(() => process.CallAsync("nonsense", new JsonObject()))).Message.ShouldContain("nonsense");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":null,\"error\":{\"message\":\"what?\"}}")]
    [InlineData("{\"id\":1.5,\"result\":1}")]
    [InlineData("nonsense")]
    public async Task CallAsync_AnsweredByNoMessage_EndsTheProcess_AndTheCallAsUnknownOutcome(string reply)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            script, $"process.stdin.on('data', () => process.stdout.write('Content-Length: {reply.Length}\\r\\n\\r\\n' + '{reply}'));", TestContext.Current.CancellationToken);
        using var process = NodeProcess.Start(script, "--input-type=commonjs");

        await Should.ThrowAsync<NodeProcessEndedException>(() => process.CallAsync("ping", new JsonObject()));

        process.HasEnded.ShouldBeTrue();
        File.Delete(script);
    }

    [Fact]
    public async Task Kill_CallsInFlight_EndAsUnknownOutcome()
    {
        using var process = NodeProcess.Start("solver.mjs");
        var call = process.CallAsync("ping", new JsonObject());
        process.Kill();

        try
        {
            await call;
        }
        catch (NodeProcessEndedException)
        {
            // The reply may have been under way already; what must not happen is that the call never ends.
        }

        await Should.ThrowAsync<NodeProcessEndedException>(async () =>
        {
            while (true)
            {
                await process.CallAsync("ping", new JsonObject());
            }
        });
    }
}
