using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Solvers;

/// <summary>GLPK in Node (node/glpk.mjs): many problems in one process, a line each.</summary>
internal sealed class GlpkProcess : IReferenceSolver
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Process _node = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "oracle", "glpk.mjs")])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    public ReferenceAnswer Solve(MilpProblem problem)
    {
        _node.StandardInput.WriteLine(JsonSerializer.Serialize(problem, Json));
        _node.StandardInput.Flush();
        var line = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("GLPK's process ended; run the line it was given with `node glpk.mjs`");
        return JsonSerializer.Deserialize<ReferenceAnswer>(line, Json)!;
    }

    public void Dispose()
    {
        _node.Kill();
        _node.Dispose();
    }
}
