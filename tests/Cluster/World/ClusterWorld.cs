using System.Diagnostics;
using Npgsql;
using Rebalancer.EndToEnd;
using Rebalancer.Postgres.TestKit;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Cluster.World;

/// <summary>A database, the venues, and the nodes of one cluster, each a process of its own.</summary>
public sealed class ClusterWorld : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan StartLimitPerAccount = TimeSpan.FromMilliseconds(60);

    private readonly string _token = Guid.NewGuid().ToString("n");
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Process> _processes = [];
    private readonly NpgsqlDataSource _database;
    private Task _disturbing = Task.CompletedTask;

    private ClusterWorld(string directory, PostgresServer postgres, string journal)
    {
        (Directory, Postgres, Journal) = (directory, postgres, journal);
        Venues = new SimulatedVenueServerOptions(directory, 0, 1, 1, null);
        _database = PostgresDatabase.Open(journal, "trial");
        Watch = new JournalWatch(_database);
    }

    public string Directory { get; }

    public PostgresServer Postgres { get; }

    /// <summary>Address of the database.</summary>
    public string Journal { get; }

    public JournalWatch Watch { get; }

    public SimulatedVenueServerOptions Venues { get; }

    public Owner Owner { get; private set; } = null!;

    public NodeFiles Files { get; private set; } = null!;

    public List<ClusterNode> Nodes { get; } = [];

    public static async Task<ClusterWorld> CreateAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        var directory = options.Directory;
        System.IO.Directory.CreateDirectory(directory);
        var postgres = await PostgresServer.StartAsync();
        var world = new ClusterWorld(directory, postgres, await postgres.CreateDatabaseAsync());
        world._processes.Add(RebalancerProgram.Start(["simulated-venues", "--data", directory, "--port", "0", "--clock-factor", "1", "--seed", "1"]));
        var endpoint = await world.UntilVenuesAnswerAsync(cancellationToken);
        world.Files = new NodeFiles(directory, endpoint.Address, options.Accounts, options.PollSeconds, options.MinTradeValue);
        world.Owner = new Owner(endpoint, NodeFiles.AccountIds(options.Accounts), options.Seed);
        return world;
    }

    /// <summary>Another node, started.</summary>
    public ClusterNode AddNode()
    {
        var name = $"node-{Nodes.Count + 1}";
        var port = ClusterNode.FreePort();
        var link = DatabaseLink.To(Journal);
        var node = new ClusterNode(name, Files.Write(name, port, link.Journal), port, _token, link);
        Nodes.Add(node);
        node.Start();
        return node;
    }

    /// <summary>Until every account and portfolio is owned by a living node and answers.</summary>
    public async Task UntilAllAnswerAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await AllAnswerAsync(cancellationToken))
        {
            if (watch.Elapsed > StartLimit + (StartLimitPerAccount * Files.Accounts))
            {
                throw new TimeoutException($"not everything answered within {watch.Elapsed}; see the nodes' logs in {Directory}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    /// <summary>Whether every account answers through a sound node.</summary>
    public async Task<bool> AllAnswerAsync(CancellationToken cancellationToken) =>
        Nodes.FirstOrDefault(node => node.IsSound) is { } any && await any.TryGetAsync("api/v1/orders?limit=1", cancellationToken) is not null
            && await any.TryGetAsync("api/v1/status", cancellationToken) is not null;

    /// <summary>From now on the owner pays money in and out, so that there is always something to rebalance.</summary>
    public void Disturb(TimeSpan every) => _disturbing = Owner.DisturbAsync(every, _stopping.Token);

    /// <summary>Copies the database, which no node uses then; gives the copy's name.</summary>
    public async Task<string> BackUpAsync()
    {
        _database.Clear();
        return await Postgres.CopyAsync(Journal);
    }

    /// <summary>Puts a copy in the place of the database, which no node uses then.</summary>
    public async Task RestoreAsync(string backup)
    {
        _database.Clear();
        await Postgres.ReplaceAsync(Journal, backup);
    }

    /// <summary>Lets the last orders end; gives how many are open still.</summary>
    public async Task<int> CalmDownAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _disturbing;
        var watch = Stopwatch.StartNew();
        int open;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
            open = await Owner.CountOpenOrdersAsync(cancellationToken);
        }
        while (watch.Elapsed < limit && (open > 0 || await Watch.CountUndeliveredAsync(cancellationToken) > 0 || watch.Elapsed < TimeSpan.FromSeconds(60)));
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _disturbing;
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        Owner?.Dispose();
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }

        await _database.DisposeAsync();
        await Postgres.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task<SimulatedVenueEndpoint> UntilVenuesAnswerAsync(CancellationToken cancellationToken)
    {
        using var http = SimulatedVenueProcess.CreateHttp(TimeSpan.FromSeconds(2));
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartLimit)
        {
            if (await SimulatedVenueProcess.FindAsync(Venues, http, cancellationToken) is { } endpoint)
            {
                return endpoint;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        throw new TimeoutException("the simulated venues did not start");
    }
}
