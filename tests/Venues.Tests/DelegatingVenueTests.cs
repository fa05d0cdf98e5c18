namespace Rebalancer.Venues.Tests;

public sealed class DelegatingVenueTests
{
    [Theory]
    [InlineData(typeof(IVenue))]
    [InlineData(typeof(IPriceHistory))]
    public void EveryMethodOfAVenue_IsForwarded_AlsoOneWithADefault(Type contract) =>
        typeof(DelegatingVenue).GetInterfaceMap(contract).TargetMethods.ShouldAllBe(method => method.DeclaringType == typeof(DelegatingVenue));
}
