using System.Text.Json;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Tests.Common;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Write_EqualDecimalsOfDifferentScale_GivesEqualBytes() =>
        CanonicalJson.Write(new TaxLot(1.00m, 2.50m, new DateOnly(2026, 1, 2)))
            .ShouldBe(CanonicalJson.Write(new TaxLot(1m, 2.5m, new DateOnly(2026, 1, 2))));

    [Fact]
    public void Write_EnumsByNameAndDecimalsAsText() =>
        CanonicalJson.Write(new RecentTrade("a", "BTC", TradeSide.Sell, new DateOnly(2026, 1, 2), null))
            .ShouldBe("""{"account":"a","asset":"BTC","side":"Sell","date":"2026-01-02","gain":null}""");

    [Fact]
    public void Read_SolverAnswerWithInfiniteBound_RoundTrips()
    {
        var answer = new MilpSolution(MilpStatus.Feasible, MilpStop.Work, 0.1, double.NegativeInfinity, [1.0 / 3], [double.NaN], 7);

        var read = CanonicalJson.Read<MilpSolution>(CanonicalJson.Write(answer));

        read.Bound.ShouldBe(double.NegativeInfinity);
        read.Values[0].ShouldBe(1.0 / 3);
        CanonicalJson.Write(read).ShouldBe(CanonicalJson.Write(answer));
    }

    [Fact]
    public void Read_UnknownMember_IsRefused() =>
        Should.Throw<JsonException>(() => CanonicalJson.Read<TaxLot>("""{"quantity":"1","unitCost":"1","acquired":"2026-01-02","x":1}"""));

    [Fact]
    public void Read_DecimalAsJsonNumber_IsRefused() =>
        Should.Throw<JsonException>(() => CanonicalJson.Read<TaxLot>("""{"quantity":1,"unitCost":"1","acquired":"2026-01-02"}"""))
            .Message.ShouldContain("as a string");
}
