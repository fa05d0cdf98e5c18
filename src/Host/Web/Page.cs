using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Web.Pages;

namespace Rebalancer.Host.Web;

/// <summary>One page of the dashboard.</summary>
/// <param name="Key">Decides which places of the navigation and of the live stream are its.</param>
/// <param name="Body">Component that takes a <see cref="PageModel"/> as Model.</param>
public sealed record Page(
    string Key, string Path, string Title, Type Body, Func<PageSources, LiveState, Viewer, CancellationToken, Task<PageModel>> ModelAsync)
{
    /// <summary>In the order of the navigation, which is that of the data's path.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        new("overview", "/", "Overview", typeof(OverviewBody), (sources, state, viewer, ct) => sources.OverviewAsync(state, viewer, ct)),
        new("accounts", "/accounts", "Accounts", typeof(AccountsBody), (sources, state, viewer, ct) => sources.AccountsAsync(state, viewer, ct)),
        new("plan", "/plan", "Plan", typeof(PlanBody), (sources, state, viewer, ct) => sources.PlanAsync(state, viewer, ct)),
        new("risk", "/risk", "Risk", typeof(RiskBody), (sources, state, viewer, ct) => sources.RiskAsync(state, viewer, ct)),
        new("orders", "/orders", "Orders", typeof(OrdersBody), (_, state, viewer, _) => Task.FromResult(new PageModel(state, viewer))),
        new("audit", "/audit", "Audit", typeof(AuditBody), (sources, state, viewer, ct) => sources.AuditAsync(state, viewer, ct)),
        new("cluster", "/cluster", "Cluster", typeof(ClusterBody), (sources, state, viewer, ct) => sources.TopologyAsync(state, viewer, ct)),
    ];
}
