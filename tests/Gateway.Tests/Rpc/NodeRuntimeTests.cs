using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Tests.Rpc;

public sealed class NodeRuntimeTests
{
    [Fact]
    public void Scripts_OfABuiltProgram_AreThoseOfTheSourceTree() =>
        File.Exists(Path.Combine(NodeRuntime.FindScripts("/nowhere"), "brokers.mjs")).ShouldBeTrue();

    [Fact]
    public void Scripts_OfAPublishedProgram_StandBesideIt()
    {
        var program = Directory.CreateTempSubdirectory("published-").FullName;
        var scripts = Directory.CreateDirectory(Path.Combine(program, "node")).FullName;
        File.WriteAllText(Path.Combine(scripts, "rpc.mjs"), "");

        NodeRuntime.FindScripts(program).ShouldBe(scripts);

        Directory.Delete(program, recursive: true);
    }
}
