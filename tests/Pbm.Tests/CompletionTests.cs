namespace Rebalancer.Pbm.Tests;

public sealed class CompletionTests
{
    private static readonly Completion Completion = new(
    [
        new("actor", "", [new("system", "actor system [--node NODE]", "", false), new("hierarchy", "actor hierarchy [-s PATH] [-d DEPTH]", "", false)]),
        new("account", "", [new("show", "account show ID", "", false)]),
    ]);

    [Theory]
    [InlineData("ac", new[] { "account", "actor" })]
    [InlineData("h", new[] { "help" })]
    [InlineData("actor s", new[] { "system" })]
    [InlineData("actor hierarchy -", new[] { "-d", "-s" })]
    [InlineData("nothing x", new string[0])]
    public void Word_IsCompletedByWhatMayFollow(string line, string[] expected) => Completion.Of(line).ShouldBe(expected);
}
