using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Configuration;

public sealed class LotsFileTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Read_ColumnsInAnyOrderAndQuotedNumbers_GivesTheLotsByAsset()
    {
        var file = _terminal.Write("lots.csv", "\uFEFFacquired,Asset,UnitCost,Quantity\r\n2025-02-01,VTI,\"1,200.50\",10\r\n\r\n2026-01-05,VTI,210,2.5\r\n2020-03-02,BND,80,7\r\n");

        var lots = LotsFile.Read(file, "lots.csv");

        lots["VTI"].ShouldBe([new TaxLot(10, 1200.50m, new DateOnly(2025, 2, 1)), new TaxLot(2.5m, 210, new DateOnly(2026, 1, 5))]);
        lots["BND"].ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("Asset,Quantity,Acquired\nA,1,2025-01-01", "lots.csv:1: the first line does not name Asset, Quantity, UnitCost, Acquired")]
    [InlineData("Asset,Quantity,UnitCost,Acquired\nA,1,,2025-01-01", "lots.csv:2: UnitCost: is missing")]
    [InlineData("Asset,Quantity,UnitCost,Acquired\nA,1,5,01/02/2025", "lots.csv:2: Acquired: must be a day, is \"01/02/2025\"")]
    [InlineData("Asset,Quantity,UnitCost,Acquired\nA,0,5,2025-01-01", "lots.csv:2: Quantity: must be above 0")]
    [InlineData("Asset,Quantity,UnitCost,Acquired\nA,1,5", "lots.csv:2: has 3 cells, the first line 4")]
    public void Read_AMistake_NamesLineAndColumn(string text, string expected) =>
        Should.Throw<InvalidInputException>(() => LotsFile.Read(_terminal.Write("lots.csv", text), "lots.csv")).Message.ShouldContain(expected);

    [Fact]
    public async Task Check_OfSettingsWithAFileOfLotsThatIsNotThere_NamesTheField()
    {
        _terminal.Write("rebalancer.json", """
            { "journal": "sqlite:r.db",
              "portfolios": [ { "id": "p", "baseCurrency": "USD", "targets": { "method": "fixed", "weights": { "A": 0.5 } }, "accounts": [ "x" ] } ],
              "accounts": [ { "id": "x", "venue": "simulated",
                "lots": "x.csv" } ] }
            """);

        (await _terminal.RunAsync("config", "check")).ShouldBe(2);
        _terminal.Error.ShouldContain("rebalancer.json:4: accounts[0].lots: x.csv: there is no such file");
    }
}
