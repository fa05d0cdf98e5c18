namespace Rebalancer.Host.Api.Live;

/// <summary>What live views are made of, read once for all who watch.</summary>
/// <param name="Version">Counts up; equal versions are the same state.</param>
/// <param name="Decisions">The newest, newest first, as <paramref name="Orders"/>.</param>
public sealed record LiveState(long Version, ServiceStatus Status, IReadOnlyList<PortfolioDecision> Decisions, IReadOnlyList<AccountOrder> Orders);
