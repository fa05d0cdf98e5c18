namespace Rebalancer.Cluster.Tests;

/// <summary>A small slice of a trial: nodes as processes of their own on a real PostgreSQL. The whole of each trial is a program.</summary>
public abstract class TrialSlice : IDisposable
{
    protected List<string> Said { get; } = [];

    protected ClusterOptions Options { get; } = new()
    {
        Nodes = 2, Accounts = 8, Strikes = 1, StrikeEvery = TimeSpan.FromSeconds(5), DisturbEvery = TimeSpan.FromSeconds(1), PollSeconds = 2,
        Directory = Path.Combine(Path.GetTempPath(), $"cluster-trial-{Guid.NewGuid():N}"),
    };

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (Directory.Exists(Options.Directory))
        {
            Directory.Delete(Options.Directory, recursive: true);
        }
    }
}
