using Rebalancer.Runtime.Journals;

namespace Rebalancer.Bench.Journals;

/// <summary>A database that keeps journals, and rows without one.</summary>
internal interface IBenchDatabase
{
    string Name { get; }

    /// <summary>An empty one of its kind, gone when disposed.</summary>
    Task<IBenchSession> OpenAsync();
}

/// <summary>A journal, and a bare table beside it in a database of the same kind, as durable and on the same disk.</summary>
internal interface IBenchSession : IAsyncDisposable
{
    IJournal Journal { get; }

    /// <summary>The epoch that the journal accepts appends under.</summary>
    long Epoch { get; }

    /// <summary>The yardstick: the rows, written bare, so many to a transaction; each row belongs to another stream than its neighbours.</summary>
    /// <param name="firstNumber">Of the first row of each stream; numbers are used once.</param>
    Task InsertAsync(int rows, int rowsPerTransaction, long firstNumber, string payload);
}
