using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Solver;

/// <summary>
/// Problems and solutions as the solver process reads and writes them: JSON, with every array as the base64 of its bytes (little-endian).
/// A model of a hundred accounts has 400,000 numbers; printing and reading them again took longer than many a solve, and JSON has no infinity.
/// </summary>
internal static class MilpWire
{
    public static JsonObject Write(MilpProblem problem, MilpLimits limits) => new()
    {
        ["problem"] = new JsonObject
        {
            ["cost"] = Array(problem.Cost),
            ["lower"] = Array(problem.Lower),
            ["upper"] = Array(problem.Upper),
            ["isInteger"] = Convert.ToBase64String(MemoryMarshal.AsBytes<bool>(problem.IsInteger)),
            ["rowLower"] = Array(problem.RowLower),
            ["rowUpper"] = Array(problem.RowUpper),
            ["columnStarts"] = Convert.ToBase64String(MemoryMarshal.AsBytes<int>(problem.ColumnStarts)),
            ["rowIndices"] = Convert.ToBase64String(MemoryMarshal.AsBytes<int>(problem.RowIndices)),
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

    private static string Array(double[] values) => Convert.ToBase64String(MemoryMarshal.AsBytes<double>(values));

    private static double[] Doubles(JsonElement base64) => [.. MemoryMarshal.Cast<byte, double>(base64.GetBytesFromBase64())];

    private static double OrNaN(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.NaN;
}
