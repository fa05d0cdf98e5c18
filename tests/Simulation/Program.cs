using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rebalancer.Gateway.Solver;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation;

// dotnet run -c Release --project tests/Simulation -- [--seeds N] [--seed S] [--minutes M] [--trace FILE]
// One line a seed: what happened and a hash of everything that happened. The same seed gives the same line in every process.
var options = Options.Parse(args);
if (options.Error is not null)
{
    Console.Error.WriteLine(options.Error);
    return 2;
}

using var solver = new HighsSolver(TimeProvider.System);
var failed = 0;
for (var seed = options.Seed; seed < options.Seed + options.Seeds; seed++)
{
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    using var file = options.Trace is null ? null : new StreamWriter(options.Trace, append: false);
    void Trace(string line)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(line));
        file?.WriteLine(line);
    }

    using var node = new SimulatedNode(seed, solver, Trace);
    node.Run(TimeSpan.FromMinutes(options.Minutes));
    foreach (var row in node.Rows())
    {
        Trace($"{row.GlobalOffset} {row.PersistenceId} {row.SequenceNr} {row.EventName} {row.Hash}");
    }

    var violations = Invariants.Check(node);
    failed += violations.Count > 0 ? 1 : 0;
    var view = node.View();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"seed {seed}: {node.Rows().Count} events, last decision {view.LastDecision?.Id ?? "none"}, score {view.Score:0.0000}, trace {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}"));
    foreach (var decision in node.Decisions().Reverse())
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {decision.At:HH:mm:ss} {decision.Id} {decision.Trigger}: drift {decision.DriftBefore:0.0000} -> planned {decision.DriftPlanned:0.0000} -> after {decision.DriftAfter:0.0000}, {decision.Orders} orders, {decision.Fills} fills, {decision.Status}"));
    }

    foreach (var violation in violations)
    {
        Console.WriteLine($"  VIOLATED: {violation}; replay: dotnet run -c Release --project tests/Simulation -- --seed {seed} --minutes {options.Minutes}");
    }
}

return failed == 0 ? 0 : 1;
