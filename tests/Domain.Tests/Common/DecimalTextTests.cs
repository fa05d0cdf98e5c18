using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Tests.Common;

public sealed class DecimalTextTests
{
    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("1.00", "1")]
    [InlineData("-2.50e3", "-2500")]
    [InlineData("1e-8", "0.00000001")]
    [InlineData("0", "0")]
    [InlineData("0.000", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    public void TryParse_WhenTextIsExactlyADecimal_GivesItsCanonicalForm(string text, string canonical)
    {
        DecimalText.TryParse(text, out var value).ShouldBeTrue();
        DecimalText.Format(value).ShouldBe(canonical);
    }

    [Theory]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("1e-30")]
    [InlineData("1e40")]
    [InlineData("NaN")]
    [InlineData("1,000")]
    [InlineData("")]
    public void TryParse_WhenTextIsNoDecimalOrWouldBeRounded_Refuses(string text) => DecimalText.TryParse(text, out _).ShouldBeFalse();
}
