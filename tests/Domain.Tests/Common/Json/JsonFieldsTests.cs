using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Tests.Common.Json;

public sealed class JsonFieldsTests
{
    private readonly InputErrors _errors = new();

    private JsonFields Read(string text) => JsonFields.Of(LocatedJsonParser.Parse(text, _errors)!, "", _errors)!;

    private IEnumerable<string> Errors => _errors.InFileOrder.Select(error => error.Describe("f.json"));

    [Fact]
    public void Number_WhenWrittenAsNumberOrTextOrExponent_IsExact()
    {
        var fields = Read("""{ "a": 0.1, "b": "123456789.123456789123456789", "c": 1e-8 }""");
        fields.Number("a").ShouldBe(0.1m);
        fields.Number("b").ShouldBe(123456789.123456789123456789m);
        fields.Number("c").ShouldBe(0.00000001m);
        fields.Number("d").ShouldBeNull();
        _errors.Any.ShouldBeFalse();
    }

    [Fact]
    public void Parse_AllowsCommentsTrailingCommasAndAByteOrderMark()
    {
        var fields = Read("\uFEFF{ // why\n \"a\": [1, 2,], /* more */ }");
        fields.Items("a").Count.ShouldBe(2);
        _errors.Any.ShouldBeFalse();
    }

    [Fact]
    public void Fields_WhenWrong_AreAllReportedWithTheirLines()
    {
        var fields = Read("""
            {
              "number": true,
              "flag": "yes",
              "inside": { "whole": 1.5 },
              "day": "21.11.2026"
            }
            """);
        fields.Number("number").ShouldBeNull();
        fields.Flag("flag").ShouldBeNull();
        fields.Object("inside")!.WholeNumber("whole").ShouldBeNull();
        fields.Date("day").ShouldBeNull();
        fields.RequiredText("id").ShouldBe("");
        Errors.ShouldBe([
            "f.json:1: id: is missing; add it",
            "f.json:2: number: must be a number of at most 28 digits, is true; write a number or a decimal text, as 0.25 or \"0.25\"",
            "f.json:3: flag: must be true or false, is the text \"yes\"; write true or false without quotes",
            "f.json:4: inside.whole: must be a whole number, is 1.5; write it without a fraction",
            "f.json:5: day: must be a date, is the text \"21.11.2026\"; write it as \"2026-11-21\"",
        ]);
    }

    [Fact]
    public void RejectUnknown_NamesTheNearestFieldAskedFor()
    {
        var fields = Read("{\n\"lotSiz\": 1 }");
        fields.Number("lotSize");
        fields.Number("minQuantity");
        fields.RejectUnknown();
        Errors.ShouldBe(["f.json:2: lotSiz: is not a known field; did you mean \"lotSize\"? Otherwise remove it"]);
    }

    [Fact]
    public void Choice_WhenUnknown_ListsTheWords()
    {
        Read("""{ "side": "hold" }""").Choice("side", [("buy", 1), ("sell", 2)]).ShouldBeNull();
        Errors.ShouldBe(["f.json:1: side: \"hold\" is not known; use \"buy\", \"sell\""]);
    }

    [Fact]
    public void Parse_WhenAFieldIsGivenTwice_SaysWhereTheSecondIs()
    {
        Read("{\n\"a\": 1,\n\"b\": { \"c\": 1,\n\"c\": 2 } }");
        Errors.ShouldBe(["f.json:4: b.c: is given twice; keep one of the two"]);
    }

    [Theory]
    [InlineData("{\n\"a\": \n}", 3)]
    [InlineData("{\n\"a\": 1\n} extra", 3)]
    [InlineData("", 1)]
    public void Parse_WhenTextIsNotJson_NamesTheLine(string text, int line)
    {
        LocatedJsonParser.Parse(text, _errors).ShouldBeNull();
        _errors.InFileOrder.ShouldHaveSingleItem().Line.ShouldBe(line);
    }
}
