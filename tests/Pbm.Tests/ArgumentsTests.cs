namespace Rebalancer.Pbm.Tests;

public sealed class ArgumentsTests
{
    [Fact]
    public void Address_IsTheFirstWordOnly_AndTheRestIsTheLine()
    {
        var arguments = Arguments.Parse(["127.0.0.1:5080", "actor", "inspect", "account/main", "--output", "json"]);
        arguments.Address.ShouldBe(new Uri("http://127.0.0.1:5080"));
        arguments.Line.ShouldBe("actor inspect account/main");
        arguments.Json.ShouldBeTrue();
    }

    [Fact]
    public void OptionsOfTheCommand_StayInTheLine() =>
        Arguments.Parse(["journal", "tail", "-i", "account/main", "-n", "5"]).Line.ShouldBe("journal tail -i account/main -n 5");

    [Theory]
    [InlineData("two words", "\"two words\"")]
    [InlineData("{\"a\":1}", "'{\"a\":1}'")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("", "\"\"")]
    [InlineData("a>b", "\"a>b\"")]
    public void Word_WithBlanksOrQuotes_IsQuotedForTheHost(string word, string quoted) => Arguments.Parse(["x", "y", word]).Line.ShouldBe($"x y {quoted}");

    [Theory]
    [InlineData("--output")]
    [InlineData("--output", "xml")]
    [InlineData("http://[")]
    [InlineData("x", "both ' and \"")]
    public void WrongWords_AreRefused(params string[] words) => Should.Throw<FormatException>(() => Arguments.Parse(words));

    /// <summary>A command line is seen by every user of the machine.</summary>
    [Fact]
    public void Token_IsNeverALiteral() =>
        Should.Throw<FormatException>(() => Arguments.ReadSecret("0123456789abcdef")).Message.ShouldContain("env:NAME or file:PATH");
}
