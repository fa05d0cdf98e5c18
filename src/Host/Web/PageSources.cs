using Rebalancer.Domain.Audit;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Live;

namespace Rebalancer.Host.Web;

/// <summary>Where the pages have their content from: the service, its journal, the risk of its portfolios.</summary>
public sealed class PageSources(IServiceOperations operations, IServiceAudit audit, RiskDesk risk)
{
    public const int EntriesShown = 100;

    private const int DecisionsKept = 16;

    private readonly Lock _keeping = new();
    private readonly SortedDictionary<string, DecisionRecord> _decisions = new(StringComparer.Ordinal);

    public async Task<PageModel> OverviewAsync(LiveState state, Viewer viewer, CancellationToken cancellationToken)
    {
        var before = new SortedDictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);
        foreach (var portfolio in state.Status.Portfolios)
        {
            if (state.Decisions.FirstOrDefault(entry => entry.Portfolio == portfolio.Id && entry.Decision.Orders > 0)?.Decision is { } last
                && await DecisionAsync(last.Id, last.Status, cancellationToken) is { } record)
            {
                before[portfolio.Id] = new SortedDictionary<string, double>(
                    record.Decided.Assets.ToDictionary(asset => asset.Asset, asset => (double)asset.Weight, StringComparer.Ordinal), StringComparer.Ordinal);
            }
        }

        return new PageModel(state, viewer) { WeightsBefore = before };
    }

    public async Task<PageModel> AccountsAsync(LiveState state, Viewer viewer, CancellationToken cancellationToken) => new(state, viewer)
    {
        Accounts = await operations.GetAccountsAsync(cancellationToken),
        Holdings = await Task.WhenAll(state.Status.Portfolios.Select(portfolio => operations.GetHoldingsAsync(portfolio.Id, cancellationToken))),
        Topology = await operations.GetTopologyAsync(cancellationToken),
    };

    /// <summary>The decision that waits for approval, else the newest that trades, else the newest.</summary>
    public async Task<PageModel> PlanAsync(LiveState state, Viewer viewer, CancellationToken cancellationToken)
    {
        var decisions = state.Decisions.Select(entry => entry.Decision).ToList();
        var shown = decisions.FirstOrDefault(decision => decision.Status == "waiting for apply")
            ?? decisions.FirstOrDefault(decision => decision.Orders > 0) ?? decisions.FirstOrDefault();
        return new PageModel(state, viewer) { Decision = shown is null ? null : await DecisionAsync(shown.Id, shown.Status, cancellationToken) };
    }

    public async Task<PageModel> RiskAsync(LiveState state, Viewer viewer, CancellationToken cancellationToken) => new(state, viewer)
    {
        Risk = state.Status.Portfolios.FirstOrDefault(portfolio => portfolio.Assets.Count > 0) is { } first ? await risk.MeasureAsync(first, cancellationToken) : null,
    };

    public async Task<PageModel> AuditAsync(LiveState state, Viewer viewer, CancellationToken cancellationToken)
    {
        var entries = await audit.ListAsync(cancellationToken);
        return new PageModel(state, viewer) { Entries = [.. entries.Take(EntriesShown)], More = entries.Count > EntriesShown ? "/data/decisions?limit=1000" : null };
    }

    public async Task<PageModel> TopologyAsync(LiveState state, Viewer viewer, CancellationToken cancellationToken) =>
        new(state, viewer) { Topology = await operations.GetTopologyAsync(cancellationToken) };

    public async Task<PageModel> WhyAsync(string decision, LiveState state, Viewer viewer, CancellationToken cancellationToken) => new(state, viewer)
    {
        Decision = await audit.FindAsync(decision, cancellationToken),
        Trail = await audit.GetTrailAsync(decision, cancellationToken),
    };

    /// <summary>
    /// Pages of the same decision are made every second, and it is long: kept until its status changes. Null for the moment between the portfolio's
    /// word and the journal's: what has just been committed may wait for transactions that began before it.
    /// </summary>
    private async Task<DecisionRecord?> DecisionAsync(string id, string status, CancellationToken cancellationToken)
    {
        var key = $"{id} {status}";
        lock (_keeping)
        {
            if (_decisions.TryGetValue(key, out var known))
            {
                return known;
            }
        }

        DecisionRecord record;
        try
        {
            record = await audit.FindAsync(id, cancellationToken);
        }
        catch (UnknownNameException)
        {
            return null;
        }

        lock (_keeping)
        {
            if (_decisions.Count >= DecisionsKept)
            {
                _decisions.Clear();
            }

            _decisions[key] = record;
        }

        return record;
    }
}
