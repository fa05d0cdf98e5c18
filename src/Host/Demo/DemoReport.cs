using System.Text.Json.Serialization;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Demo;

/// <summary>What <c>demo --cycles N --output json</c> prints.</summary>
public sealed record DemoReport(IReadOnlyList<DemoDecision> Decisions, IReadOnlyList<DemoAccount> Accounts)
{
    /// <param name="completed">The rebalances of this run, oldest first.</param>
    public static async Task<DemoReport> CreateAsync(IServiceOperations operations, IReadOnlyList<DecisionView> completed)
    {
        var status = await operations.GetStatusAsync(CancellationToken.None);
        return new DemoReport(
            [.. completed.Select(decision => new DemoDecision(
                decision.Id, decision.DriftBefore, decision.DriftPlanned, decision.DriftAfter!.Value, decision.Orders, decision.Fills,
                decision.Fees, decision.GapBasisPoints, decision.Trigger))],
            [.. status.Portfolios.SelectMany(portfolio => portfolio.Accounts).Select(account => new DemoAccount(account.Id, account.Venue, account.Value))]);
    }
}

/// <param name="DriftBefore">Σ|weight − target| / 2, cash included, at the decision's prices, as planned and after too.</param>
/// <param name="Fees">In base currency.</param>
public sealed record DemoDecision(
    string Id, double DriftBefore, double DriftPlanned, double DriftAfter, int Orders, int Fills, decimal Fees, double GapBasisPoints,
    [property: JsonIgnore] string Trigger);

/// <param name="Value">In base currency.</param>
public sealed record DemoAccount(string Id, string Venue, decimal? Value);
