using Microsoft.AspNetCore.Http;
using Rebalancer.Host.Api;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Host.Tests.Api;

public sealed class ApiErrorsTests
{
    [Fact]
    public void Tell_OfAFullMailbox_SaysToAskAgain_AndNamesNothingInside()
    {
        var (status, detail) = ApiErrors.Tell(new ActorBusyException("/user/account/kraken is busy: its mailbox is full."));

        status.ShouldBe(StatusCodes.Status503ServiceUnavailable);
        detail.ShouldNotBeNull().ShouldContain("ask again");
        detail.ShouldNotContain("/user/");
    }

    [Fact]
    public void Tell_OfATimeout_SaysWhoDidNotAnswer() =>
        ApiErrors.Tell(new TimeoutException("kraken did not answer")).ShouldBe((StatusCodes.Status504GatewayTimeout, "kraken did not answer"));
}
