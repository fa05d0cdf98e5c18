using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Solver;

/// <summary>
/// HiGHS (https://highs.dev, MIT) in a Node process of its own. The process is started at the first solve, kept warm, replaced when it
/// dies, and killed when a solve outlives its backstop: a solve can fail, the service cannot. Solves are made one at a time.
/// </summary>
public sealed class HighsSolver(TimeProvider wallClock) : IMilpSolver, IDisposable
{
    // HiGHS looks at its own clock only now and then; past this much more it hangs.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Keeps the WebAssembly heap and V8's own below 1 GiB together with the process itself.
    private const string HeapLimit = "--max-old-space-size=512";

    private readonly Lock _oneAtATime = new();
    private NodeProcess? _process;

    /// <inheritdoc/>
    public MilpSolution Solve(MilpProblem problem, MilpLimits limits)
    {
        var asked = wallClock.GetTimestamp();
        if (!_oneAtATime.TryEnter(limits.PatienceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan))
        {
            throw new SolverUnavailableException("the solver was busy with other plans until the time was over");
        }

        try
        {
            return MilpWire.ReadSolution(Call("solve", MilpWire.Write(problem, limits), PatienceLeft(limits, wallClock.GetElapsedTime(asked))), limits);
        }
        catch (Exception exception) when (exception is RpcException or NodeProcessEndedException or NodeUnavailableException or TimeoutException)
        {
            throw new SolverUnavailableException($"the solver did not answer: {exception.Message}", exception);
        }
        finally
        {
            _oneAtATime.Exit();
        }
    }

    /// <summary>Starts the process and compiles the solver, so that the first decision need not wait for it.</summary>
    public void WarmUp() => Solve(new MilpProblem([1], [0], [1], [true], [1], [double.PositiveInfinity], [0, 1], [0], [1]), new MilpLimits(10, 0, 20));

    public void Dispose() => _process?.Dispose();

    /// <summary>How long to wait for the process. Where an answer is of use for so long only, waiting for one's turn has been part of it.</summary>
    private static TimeSpan PatienceLeft(MilpLimits limits, TimeSpan waited)
    {
        if (limits.PatienceSeconds is not { } seconds)
        {
            return TimeSpan.FromSeconds(limits.BackstopSeconds) + Grace;
        }

        var left = TimeSpan.FromSeconds(seconds) - waited;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private JsonElement Call(string method, JsonObject parameters, TimeSpan patience)
    {
        if (_process is null or { HasEnded: true })
        {
            _process?.Dispose();
            _process = NodeProcess.Start("solver.mjs", HeapLimit);
        }

        var process = _process;
        var reply = process.CallAsync(method, parameters);
        using var backstop = wallClock.CreateTimer(_ => process.Kill(), null, patience, Timeout.InfiniteTimeSpan);
#pragma warning disable VSTHRD002 // The port is synchronous by design; its callers keep it off mailboxes, and the backstop ends the wait.
        return reply.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
