using System.CommandLine;

namespace Rebalancer.Host.Cli.Commands;

/// <summary>Options that several operator commands share.</summary>
internal static class OperatorOptions
{
    public static Option<string?> Why() => new("--why", "--reason") { Description = "The reason, journaled with the change", HelpName = "TEXT" };

    public static Option<string?> Portfolio() => new("--portfolio")
    {
        Description = "Which portfolio; may be left out while there is one", HelpName = "ID",
    };
}
