using NSubstitute;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Pbm;

namespace Rebalancer.Host.Tests.Pbm;

public sealed class PbmHostTests
{
    private readonly IPbmNodes _nodes = Substitute.For<IPbmNodes>();
    private readonly List<string> _carriedOut = [];

    public PbmHostTests()
    {
        _nodes.Self.Returns("a-1");
        _nodes.Living.Returns(["a-1", "b-1"]);
    }

    [Theory]
    [InlineData("tool ech x", "did you mean 'echo'?")]
    [InlineData("tols echo", "did you mean 'tool'?")]
    [InlineData("tool", "say which command: echo, change, who")]
    [InlineData("tool echo", "TEXT: is missing; usage: tool echo TEXT")]
    [InlineData("tool echo --nod a x", "did you mean --node?")]
    [InlineData("tool echo x --node", "--node: lacks its value")]
    [InlineData("tool echo 'x", "the line ends inside ' quotes")]
    [InlineData("tool echo x --node c", "'c' is no node")]
    [InlineData("", "the line is empty")]
    public async Task Line_ThatCannotBeCarriedOut_SaysWhatToDo(string line, string expected)
    {
        (await RunAsync(line)).Error.ShouldNotBeNull().ShouldContain(expected);
        _carriedOut.ShouldBeEmpty();
    }

    [Fact]
    public async Task Command_NeedsItsRole()
    {
        (await RunAsync("tool change")).Error.ShouldNotBeNull().ShouldContain("needs a token of role operate; yours has role read");
        _carriedOut.ShouldBeEmpty();
        (await RunAsync("tool change", Role.Operate)).Items.ShouldHaveSingleItem().Line.ShouldBe("changed by ann");
    }

    [Theory]
    [InlineData("tool echo \"two words\"", "two words")]
    [InlineData("tool echo '{\"a\": 1}'", "{\"a\": 1}")]
    [InlineData("tool echo it\"s one\"", "its one")]
    public async Task Quotes_KeepWordsTogether(string line, string expected) => (await RunAsync(line)).Items.ShouldHaveSingleItem().Line.ShouldBe(expected);

    [Fact]
    public async Task AllNodes_AreAsked_AndOneThatFailsHidesNoOther()
    {
        _nodes.AskAsync("b-1", Arg.Any<PbmRequest>(), Arg.Any<CancellationToken>()).Returns(new PbmAnswer([], null, "it is gone"));
        var answer = await RunAsync("tool who --node all");
        answer.Items.Select(item => item.Line).ShouldBe(["a-1: here", "b-1: it is gone"]);
    }

    [Fact]
    public async Task Node_IsFoundByItsNameWithoutItsIncarnation_AndAskedWithTheCallersRole()
    {
        PbmRequest? forwarded = null;
        _nodes.AskAsync("b-1", Arg.Do<PbmRequest>(request => forwarded = request), Arg.Any<CancellationToken>()).Returns(PbmAnswer.Done("there"));
        (await RunAsync("tool who --node b")).Items.ShouldHaveSingleItem().Line.ShouldBe("there");
        forwarded.ShouldNotBeNull().Role.ShouldBe(Role.Read);
    }

    [Fact]
    public async Task ForwardedLine_IsNotSentOn()
    {
        var answer = await Host().RunAsync(new PbmRequest("tool who --node b", null, "ann", Role.Read), isForwarded: true, CancellationToken.None);
        answer.Items.ShouldHaveSingleItem().Line.ShouldBe("here");
        await _nodes.DidNotReceiveWithAnyArgs().AskAsync(default!, default!, default);
    }

    private Task<PbmAnswer> RunAsync(string line, Role role = Role.Read) =>
        Host().RunAsync(new PbmRequest(line, null, "ann", role), isForwarded: false, TestContext.Current.CancellationToken);

    private PbmHost Host()
    {
        var palette = Substitute.For<IPbmPalette>();
        palette.Name.Returns("tool");
        palette.Commands.Returns(
        [
            new PbmCommand("echo", "tool echo TEXT [--node NODE]", "", (call, _) => Say(call.Arguments.Required(0, "TEXT"))),
            new PbmCommand("change", "tool change", "", (call, _) => Say($"changed by {call.Who}"), Role: Role.Operate),
            new PbmCommand("who", "tool who [--node NODE|all]", "", (_, _) => Say("here")),
        ]);
        return new PbmHost([palette], _nodes);
    }

    private Task<PbmAnswer> Say(string text)
    {
        _carriedOut.Add(text);
        return Task.FromResult(PbmAnswer.Done(text));
    }
}
