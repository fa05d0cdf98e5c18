using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Venues.Manual;

namespace Rebalancer.Venues.Tests.Manual;

public sealed class PositionFileTests
{
    /// <summary>As a Flex Query of open positions writes it, with sums and lots.</summary>
    private const string Flex = """
        "ClientAccountID","CurrencyPrimary","AssetClass","Symbol","ReportDate","Quantity","MarkPrice","PositionValue","LevelOfDetail"
        "U1","USD","STK","VTI","20261120","12.5","301.25","3765.625","SUMMARY"
        "U1","USD","STK","VTI","20261120","10","301.25","3012.5","LOT"
        "U1","USD","STK","VTI","20261120","2.5","301.25","753.125","LOT"
        "U2","EUR","STK","VWCE","20261120","1,200","130","156,000","SUMMARY"
        "U1","USD","CASH","USD","20261120","-250.10","1","-250.10","SUMMARY"

        """;

    [Fact]
    public void Read_FlexPositions_CountsSumsOnce_AndKnowsMoney()
    {
        var file = Read(Flex);

        file.Balances.ShouldBe(
            [new Balance("USD", -250.10m, 0, 0, true), new Balance("VTI", 12.5m, 0, 0, false), new Balance("VWCE", 1200, 0, 0, false)]);
        file.Prices.ShouldBe(
        [
            new FilePrice(new MarketId("VTI", "USD"), 301.25m, new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero)),
            new FilePrice(new MarketId("VWCE", "EUR"), 130, new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero)),
        ]);
    }

    [Fact]
    public void Read_LotsAlone_AddUp() =>
        Read("Symbol,Quantity,LevelOfDetail\nVTI,10,LOT\nVTI,2.5,LOT\n").Balances.ShouldBe([new Balance("VTI", 12.5m, 0, 0, false)]);

    [Fact]
    public void Read_OfOneAccount_LeavesTheOthersOut() =>
        Read(Flex, new ManualAccountOptions { Account = "U2" }).Balances.Select(balance => balance.Asset).ShouldBe(["VWCE"]);

    [Fact]
    public void Read_ColumnsNamedInTheOptions_AreTakenByTheirMeaning()
    {
        var options = new ManualAccountOptions
        {
            Columns = new(StringComparer.Ordinal) { ["asset"] = "Wertpapier", ["quantity"] = "Stück" },
            Cash = new(StringComparer.Ordinal) { ["EUR"] = 12.5m },
        };

        Read("Depot,Wertpapier,Stück\nx,VWCE,3\n", options).Balances.ShouldBe(
            [new Balance("EUR", 12.5m, 0, 0, true), new Balance("VWCE", 3, 0, 0, false)]);
    }

    [Fact]
    public void Read_WithoutQuantities_TakesThemFromValueAndPrice() =>
        Read("Symbol,PositionValue,MarkPrice\nVTI,903.75,301.25\n").Balances.ShouldBe([new Balance("VTI", 3, 0, 0, false)]);

    [Theory]
    [InlineData("", "cold.csv: is empty; give a header")]
    [InlineData("Symbol,Quanttiy\nVTI,1\n", "cold.csv:1: Quantity: the header has no such column; the first line must name Symbol and Quantity")]
    [InlineData("Symbol,Quantity\nVTI,many\n", "cold.csv:2: Quantity: must be a number, is \"many\"; write it as 1234.56")]
    [InlineData("Symbol,Quantity\nVTI,\n", "cold.csv:2: Quantity: is missing; write a number")]
    [InlineData("Symbol,Quantity\n,3\n", "cold.csv:2: Symbol: is missing; name the asset")]
    [InlineData("Symbol,Quantity\nVTI,1,000\n", "cold.csv:2: has 3 cells, the header 2; quote numbers that hold a comma")]
    [InlineData("Symbol,Quantity\nVTI,-1\n", "cold.csv:2: Quantity: must not be negative: short positions cannot be counted; remove the line")]
    [InlineData("Symbol,Value,Price\nVTI,100,0\n", "cold.csv:2: Price: must be above 0; without a column of quantities, every line needs its price")]
    [InlineData("Symbol,Quantity,Date\nVTI,1,soon\n", null)]
    [InlineData("Symbol,Quantity,Price,Currency,Date\nVTI,1,3,USD,soon\n", "cold.csv:2: Date: must be a date, is \"soon\"; write it as 2026-11-21")]
    public void Read_Wrong_NamesFileLineFieldAndRemedy(string text, string? message)
    {
        if (message is null)
        {
            Read(text).Balances.Count.ShouldBe(1);
            return;
        }

        Should.Throw<InvalidInputException>(() => Read(text)).Message.ShouldStartWith(message);
    }

    [Fact]
    public void Read_AccountThatIsNotThere_IsAnError() =>
        Should.Throw<InvalidInputException>(() => Read(Flex, new ManualAccountOptions { Account = "U9" })).Message.ShouldContain("no row is of account U9");

    [Fact]
    public void Read_ColumnOfTheOptionsThatIsNotThere_NamesTheNearest() =>
        Should.Throw<InvalidInputException>(() => Read(
                "Symbol,Shares\nVTI,1\n", new ManualAccountOptions { Columns = new(StringComparer.Ordinal) { ["quantity"] = "Share" } }))
            .Message.ShouldBe("cold.csv:1: Share: the header has no such column; did you mean \"Shares\"?");

    private static PositionFile Read(string text, ManualAccountOptions? options = null) => PositionFile.Read(text, "cold.csv", options ?? new ManualAccountOptions());
}
