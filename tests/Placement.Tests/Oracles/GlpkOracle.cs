using System.Diagnostics;
using System.Text.Json;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>GLPK in Node, with a model of its own (node/oracle.mjs): solves many problems in one process.</summary>
internal static class GlpkOracle
{
    /// <summary>The least objective of each problem, in order.</summary>
    public static async Task<IReadOnlyList<double>> LeastObjectivesAsync(IReadOnlyList<PlacementProblem> problems, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "oracle", "oracle.mjs")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        try
        {
            var answers = ReadAsync(node, problems.Count, cancellationToken);
            foreach (var problem in problems)
            {
                await node.StandardInput.WriteLineAsync(Describe(problem).AsMemory(), cancellationToken);
            }

            node.StandardInput.Close();
            return await answers;
        }
        finally
        {
            node.Kill();
        }
    }

    private static async Task<IReadOnlyList<double>> ReadAsync(Process node, int count, CancellationToken cancellationToken)
    {
        var objectives = new List<double>();
        while (objectives.Count < count)
        {
            var line = await node.StandardOutput.ReadLineAsync(cancellationToken)
                ?? throw new InvalidOperationException($"the oracle ended after {objectives.Count} of {count} problems");
            objectives.Add(JsonDocument.Parse(line).RootElement.GetProperty("objective").GetDouble());
        }

        return objectives;
    }

    private static string Describe(PlacementProblem problem) => JsonSerializer.Serialize(
        new
        {
            problem.Prices,
            problem.Targets,
            problem.DeviationWeight,
            problem.OrderPenalty,
            Accounts = problem.Accounts.Select(account => new
            {
                account.Id, Cash = account.Cash["USD"], account.Reserve, account.UseProceeds, account.Holdings,
                Markets = account.Markets.Select(market => new
                {
                    market.Asset, Whole = market.LotSize > 0, market.MinQuantity, market.MinNotional, CostRate = market.FeeRate + market.HalfSpread,
                    Ticket = market.TicketFee, Buy = market.Allow.HasFlag(AllowedSides.Buy), Sell = market.Allow.HasFlag(AllowedSides.Sell),
                }),
            }),
        },
        JsonSerializerOptions.Web);
}
