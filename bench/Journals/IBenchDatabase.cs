using Rebalancer.Runtime.Journals;

namespace Rebalancer.Bench.Journals;

/// <summary>A database that keeps journals, and rows without one.</summary>
internal interface IBenchDatabase
{
    string Name { get; }

    /// <summary>The yardstick: rows a second written bare, as durable as the journal's, so many to a transaction.</summary>
    Task<double> InsertAsync(int rows, int rowsPerTransaction, string payload);

    /// <summary>Measures with a fresh journal; the second argument is the epoch that its appends are accepted under.</summary>
    Task<double> UseAsync(Func<IJournal, long, Task<double>> measure);
}
