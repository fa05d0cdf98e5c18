using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Placement.Tests.Portfolios;

/// <summary>What the limits of the settings forbid is not planned to begin with.</summary>
public sealed class ExposureCapsTests(SolverFixture fixture)
{
    [Theory]
    [InlineData("asset", 1_000)]
    [InlineData("account", 700)]
    [InlineData("total", 1_500)]
    public void Decide_UnderALimitOnWhatIsHeld_PlansUpToItAndIsNotRefused(string limit, int most)
    {
        var household = new Household(fixture.Solver, With(limit, most)).Has("ann", "USD 5000, VTI 1").Has("ben", "USD 5000");

        var decided = household.Decide(price: 100);

        decided.Disposition.ShouldBe(Disposition.Dispatched, decided.RefusedBecause);
        var held = decided.Plan.Accounts.Select(account => (Vti: account.HoldingsAfter.GetValueOrDefault("VTI") * 100, All: account.HoldingsAfter.Values.Sum() * 100)).ToList();
        var value = limit switch { "asset" => held.Sum(account => account.Vti), "account" => held.Max(account => account.All), _ => held.Sum(account => account.All) };

        // As far as whole shares and the collar of prices let it.
        value.ShouldBeInRange(most - 200, most);
    }

    [Theory]
    [InlineData("asset")]
    [InlineData("total")]
    public void Decide_AboveALimit_BuysNothingMoreAndSellsNothingForIt(string limit)
    {
        var household = new Household(fixture.Solver, With(limit, 500)).Has("ann", "USD 5000, VTI 20").Has("ben", "USD 5000");

        var decided = household.Decide(price: 100);

        decided.Plan.Trades.ShouldAllBe(trade => trade.Asset == "ITOT" && limit == "asset");
        decided.Notes.ShouldContain(note => note.StartsWith("limits.maxExposure", StringComparison.Ordinal));
        decided.Disposition.ShouldNotBe(Disposition.Refused);
    }

    private static PortfolioSettings With(string limit, decimal most) => Household.Settings with
    {
        Taxes = null,
        Targets = TargetSettings.Fixed(new(StringComparer.Ordinal) { ["VTI"] = 0.4m, ["ITOT"] = 0.4m }),
        Limits = new LimitSettings
        {
            MaxDailyTurnover = 1,
            MaxExposure = new ExposureSettings
            {
                Assets = limit == "asset" ? Problems.Amounts($"VTI {most}") : [],
                Account = limit == "account" ? most : null,
                Total = limit == "total" ? most : null,
            },
        },
    };
}
