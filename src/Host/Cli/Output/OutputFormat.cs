namespace Rebalancer.Host.Cli.Output;

/// <summary>The form of a command's data on stdout.</summary>
public enum OutputFormat
{
    Table,
    Json,
    Csv,
}
