using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Orders;

public sealed class ClientOrderIdTests
{
    [Fact]
    public void For_GivesPrefixAndSixteenBase32Characters()
    {
        var id = ClientOrderId.For("kraken-main", "d-17/kraken-main/1");

        id.Length.ShouldBe(18);
        id.ShouldStartWith("rb");
        id[2..].ShouldAllBe(character => "abcdefghijklmnopqrstuvwxyz234567".Contains(character));
        ClientOrderId.IsOurs(id).ShouldBeTrue();
    }

    // Computed by other means from sha256("kraken-main\nd-17"): a change of the rule would orphan every order at the venues.
    [Fact]
    public void For_NeverChangesItsAnswer() => ClientOrderId.For("kraken-main", "d-17").ShouldBe("rbf433p4umvecp4ia2");

    [Fact]
    public void For_DistinguishesAccountAndIntent()
    {
        string[] ids = [ClientOrderId.For("a", "b"), ClientOrderId.For("b", "a"), ClientOrderId.For("ab", ""), ClientOrderId.For("a", "b.2")];
        ids.Distinct().Count().ShouldBe(4);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("rb")]
    [InlineData("rbabcdefghijklmnop1")]
    [InlineData("xxabcdefghijklmnop")]
    [InlineData("rbabcdefghijklmno1")]
    public void IsOurs_WhenShapeDiffers_IsFalse(string? id) => ClientOrderId.IsOurs(id).ShouldBeFalse();
}
