using System.Net;
using NSubstitute;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Tests.Api;

namespace Rebalancer.Host.Tests.Web;

public sealed class OverviewTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Overview_ShowsCashAsWhatTheAssetsLeaveOver()
    {
        using var client = api.Client(token: null);
        var cash = WebUtility.HtmlDecode(await client.GetStringAsync("")).Split("<th scope=\"row\">Cash</th>")[1];
        // 55,800.5 in all, 10,001 of it in assets; targets of 0.3 leave 70 %, weights of 0.18 leave 82 %.
        cash.ShouldContain("45,799.50");
        cash.ShouldContain("70.00%");
        cash.ShouldContain("+12.00%");
    }

    [Fact]
    public async Task Overview_BeforeTheJournalHasTheLastDecision_IsShownWithoutWhereItBegan()
    {
        var at = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        api.Operations.GetDecisionsAsync(default, default, default).ReturnsForAnyArgs(
            [new PortfolioDecision("main", new DecisionView("d-9", at, "Deposit: 5 USD arrived", "executing", 0.12, 0.004, null, 9, 2, 0, 0.01))]);
        api.Audit.FindAsync("d-9", default).ReturnsForAnyArgs<Task<Domain.Audit.DecisionRecord>>(_ => throw new UnknownNameException("decision: there is no decision 'd-9'"));
        using var client = api.Client(token: null);
        using var answer = await client.GetAsync("");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        page.ShouldContain("12.00% → 0.40%");
        page.ShouldContain("2 fills");
        page.ShouldNotContain("class=\"before\"");
    }
}
