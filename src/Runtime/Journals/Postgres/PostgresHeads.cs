using Npgsql;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>
/// The ends of the streams this node appends to, kept so that an append needs no read before it. A stream that others have written
/// meanwhile ends elsewhere than the request expects, and is read again.
/// </summary>
internal sealed class PostgresHeads(NpgsqlDataSource database)
{
    private const int MostKept = 50_000;

    private readonly Dictionary<string, StreamHead> _heads = new(StringComparer.Ordinal);

    public StreamHead Of(string persistenceId) => _heads.GetValueOrDefault(persistenceId, StreamHead.Empty);

    public void Set(string persistenceId, StreamHead head) => _heads[persistenceId] = head;

    public void Forget(string persistenceId) => _heads.Remove(persistenceId);

    /// <summary>Reads the heads that are not known to be where the requests go on.</summary>
    public async Task ReadAsync(IReadOnlyList<AppendRequest> requests)
    {
        if (_heads.Count > MostKept)
        {
            _heads.Clear();
        }

        var wanted = requests.Where(request => !_heads.TryGetValue(request.PersistenceId, out var head) || head.LastSequenceNr != request.ExpectedSequenceNr)
            .Select(request => request.PersistenceId).ToArray();
        if (wanted.Length == 0)
        {
            return;
        }

        foreach (var persistenceId in wanted)
        {
            Set(persistenceId, StreamHead.Empty);
        }

        foreach (var (persistenceId, head) in await PostgresReads.HeadsAsync(database, wanted, CancellationToken.None))
        {
            Set(persistenceId, head);
        }
    }
}
