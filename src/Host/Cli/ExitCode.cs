namespace Rebalancer.Host.Cli;

/// <summary>What a process of <c>rebalancer</c> ends with; outside programs rely on the numbers.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>Failed while doing.</summary>
    public const int Failed = 1;

    /// <summary>Bad input or configuration; nothing was done.</summary>
    public const int BadInput = 2;

    /// <summary><c>plan --exit-code</c>: the plan has trades.</summary>
    public const int DriftFound = 3;

    /// <summary>Refused by a venue or a risk gate.</summary>
    public const int Refused = 4;

    public const int Infeasible = 5;
}
