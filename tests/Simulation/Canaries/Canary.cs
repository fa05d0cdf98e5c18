using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.World;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.Canaries;

/// <summary>
/// A planted bug: between the production actors and a port stands something that makes them behave as if their code had it. Production code
/// knows nothing of it. The one without a name plants none.
/// </summary>
internal record Canary(string Name, string Bug)
{
    public static Canary None { get; } = new("none", "no bug");

    public virtual IVenue Wrap(IVenue venue, ClusterWorld world, string account) => venue;

    public virtual IJournal Wrap(IJournal journal, ClusterWorld world) => journal;

    public virtual ILeaseStore Wrap(ILeaseStore leases) => leases;

    public virtual ClusterSettings Wrap(ClusterSettings settings) => settings;

    public virtual AccountPolicy Wrap(AccountPolicy policy) => policy;

    public virtual PortfolioSettings Wrap(PortfolioSettings settings) => settings;
}
