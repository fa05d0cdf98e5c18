using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement.Positions;

namespace Rebalancer.Domain.Tests.Placement.Positions;

public sealed class BrokerCsvTests
{
    [Fact]
    public void Read_WhenQuotedReorderedGroupedWithMarkAndBlankLines_ReadsTheSame()
    {
        const string Plain = "Symbol,PositionValue,MarkPrice,FifoPnlUnrealized\nFOO,50000.0,10.0,-1000.00\nBAR,1000,5,\n";
        const string Odd = "\uFEFF\"MarkPrice\",\"Note\",\"symbol\",\"FifoPnlUnrealized\",\"PositionValue\"\r\n\r\n\"10.0\",\"a, \"\"b\"\"\",\"FOO\",\"-1,000.00\",\"50,000.00\"\r\n5,,BAR,,1000\r\n\r\n";
        BrokerCsv.Read(Odd, "p.csv").ShouldBe(BrokerCsv.Read(Plain, "p.csv"));
    }

    [Fact]
    public void Read_WithoutTheColumnAccount_PutsAllInOneAccount() =>
        BrokerCsv.Read("Symbol,PositionValue,MarkPrice\nA,10,1\nB,10,1", "p.csv").ShouldAllBe(position => position.Account == BrokerCsv.OnlyAccount);

    [Theory]
    [InlineData("1000", "33.3333", "30")] // 30 · 33.3333 = 999.999, which a broker writes as 1000.00
    [InlineData("1000", "40", "25")]
    [InlineData("15000.00", "128.62", "116.62260923651065")]
    public void Quantity_IsWholeWhenThatExplainsTheValueToTheCent(string value, string price, string quantity) =>
        BrokerCsv.Read($"Symbol,PositionValue,MarkPrice\nA,{value},{price}", "p.csv")[0].Quantity.ShouldBe(decimal.Parse(quantity));

    [Theory]
    [InlineData("", "p.csv: is empty; give a header Symbol,PositionValue,MarkPrice and a line for each position")]
    [InlineData("Symbol,PositionValue,MarkPrice", "p.csv:1: has no position; add a line for each position")]
    [InlineData("Symbol,PositionValues,MarkPrice\nA,1,1", "p.csv:1: PositionValue: the header has no such column; the first line must name Symbol, PositionValue, MarkPrice; is \"PositionValues\" meant?")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,1", "p.csv:2: has 2 cells, the header 3; quote numbers that hold a comma, and fill or remove cells")]
    [InlineData("Symbol,PositionValue,MarkPrice\n\nA,x,1", "p.csv:3: PositionValue: must be a number, is \"x\"; write it as 1234.56")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,\"1,00\",1", "p.csv:2: PositionValue: must be a number, is \"1,00\"; write it as 1234.56")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,,1", "p.csv:2: PositionValue: is missing; write a number")]
    [InlineData("Symbol,PositionValue,MarkPrice\n,1,1", "p.csv:2: Symbol: is missing; name the asset")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,-1,1", "p.csv:2: PositionValue: must not be negative: short positions cannot be rebalanced; remove the line")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,1,0", "p.csv:2: MarkPrice: must be above 0; correct the price")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,1e20,1", "p.csv:2: PositionValue: is beyond 10^15; check the unit")]
    [InlineData("Symbol,PositionValue,MarkPrice\nA,1,1\nA,2,1", "p.csv:3: Symbol: \"A\" is listed twice in account broker; keep one line for each position")]
    [InlineData("Symbol,PositionValue,MarkPrice,Account\nA,1,1,x\nA,2,2,y", "p.csv:3: MarkPrice: \"A\" has another price in account x; use one price for one asset")]
    [InlineData("Symbol,PositionValue,MarkPrice\n\"A,1,1", "p.csv:2: a quote is not closed; add the closing \"")]
    public void Read_WhenSomethingIsWrong_SaysWhereWhatAndWhatToDo(string text, string error) =>
        Should.Throw<InvalidInputException>(() => BrokerCsv.Read(text, "p.csv")).Message.Split('\n').ShouldContain(error);
}
