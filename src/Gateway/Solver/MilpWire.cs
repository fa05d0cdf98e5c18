using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Solver;

/// <summary>Problems and solutions as the solver process reads and writes them.</summary>
internal static class MilpWire
{
    // JSON has no infinity; the other side turns this back into one.
    private const double Infinite = 1e30;

    public static JsonObject Write(MilpProblem problem, MilpLimits limits) => new()
    {
        ["problem"] = new JsonObject
        {
            ["cost"] = Array(problem.Cost),
            ["lower"] = Array(problem.Lower),
            ["upper"] = Array(problem.Upper),
            ["isInteger"] = new JsonArray([.. problem.IsInteger.Select(flag => (JsonNode)flag)]),
            ["rowLower"] = Array(problem.RowLower),
            ["rowUpper"] = Array(problem.RowUpper),
            ["columnStarts"] = new JsonArray([.. problem.ColumnStarts.Select(start => (JsonNode)start)]),
            ["rowIndices"] = new JsonArray([.. problem.RowIndices.Select(row => (JsonNode)row)]),
            ["coefficients"] = Array(problem.Coefficients),
            ["startingPoint"] = problem.StartingPoint is { } start ? Array(start) : null,
        },
        ["limits"] = new JsonObject
        {
            ["nodes"] = limits.Nodes,
            ["absoluteGap"] = limits.AbsoluteGap,
            ["backstopSeconds"] = limits.BackstopSeconds,
        },
    };

    public static MilpSolution ReadSolution(JsonElement reply, MilpLimits limits)
    {
        var values = Doubles(reply.GetProperty("values"));
        var objective = OrNaN(reply.GetProperty("objective"));
        var bound = OrNaN(reply.GetProperty("bound"));
        var (status, stop) = reply.GetProperty("status").GetString() switch
        {
            "optimal" => (MilpStatus.Optimal, MilpStop.Gap),
            "infeasible" => (MilpStatus.Infeasible, MilpStop.Gap),
            "unbounded" or "unboundedOrInfeasible" => (MilpStatus.Unbounded, MilpStop.Gap),
            "timeLimit" => (WithPoint(values), MilpStop.Clock),
            "solutionLimit" or "iterationLimit" or "nodeLimit" => (WithPoint(values), MilpStop.Work),
            var other => throw new RpcException($"HiGHS ended with status '{other}'"),
        };
        if (status is MilpStatus.Feasible && objective - bound <= limits.AbsoluteGap)
        {
            status = MilpStatus.Optimal;
        }

        return new MilpSolution(status, stop, objective, bound, values, Doubles(reply.GetProperty("rowDuals")), reply.GetProperty("nodes").GetInt64());
    }

    private static MilpStatus WithPoint(double[] values) => values.Length > 0 ? MilpStatus.Feasible : MilpStatus.NoSolution;

    private static JsonArray Array(double[] values) => new([.. values.Select(value => (JsonNode)Math.Clamp(value, -Infinite, Infinite))]);

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetDouble())];

    private static double OrNaN(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.NaN;
}
