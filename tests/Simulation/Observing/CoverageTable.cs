using System.Globalization;
using Rebalancer.Simulation.Faults;

namespace Rebalancer.Simulation.Observing;

/// <summary>Fault by order state: how often that fault struck while an order was in that state. An empty cell is what has not been tried.</summary>
internal static class CoverageTable
{
    private static readonly string[] States =
        ["none", "Planned", "SendArmed", "Unknown", "Working", "PartiallyFilled", "CancelArmed", "Quarantined", "Ended"];

    public static void Write(Coverage coverage, TextWriter output)
    {
        output.WriteLine($"{"fault",-26}{string.Concat(States.Select(state => $"{state,17}"))}");
        foreach (var fault in Enum.GetValues<FaultKind>())
        {
            var cells = States.Select(state => coverage.Counts.TryGetValue((fault, state), out var count)
                ? count.ToString(CultureInfo.InvariantCulture) : "");
            output.WriteLine($"{fault,-26}{string.Concat(cells.Select(cell => $"{cell,17}"))}");
        }

        var struck = Enum.GetValues<FaultKind>().Count(fault => coverage.Counts.Keys.Any(key => key.Fault == fault));
        output.WriteLine($"{struck} of {Enum.GetValues<FaultKind>().Length} faults struck");
    }
}
