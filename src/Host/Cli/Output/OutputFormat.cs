namespace Rebalancer.Host.Cli.Output;

public enum OutputFormat
{
    Table,
    Json,
    Csv,
}
