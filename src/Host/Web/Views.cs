using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Audit;

namespace Rebalancer.Host.Web;

/// <summary>For whom a page is made.</summary>
/// <param name="Role">Null for someone who only looks.</param>
public sealed record Viewer(string? Name, Role? Role, string? CsrfToken)
{
    public bool MayOperate => Role >= Api.Security.Role.Operate;

    public bool MayAdminister => Role >= Api.Security.Role.Admin;

    public static Viewer Of(HttpContext http) => new(http.Caller()?.Name, http.Caller()?.Role, http.Session()?.CsrfToken);
}

/// <summary>What a page shows; each page uses the part that concerns it.</summary>
public sealed record PageModel(LiveState State, Viewer Viewer)
{
    public IReadOnlyList<Actors.Portfolios.PortfolioHoldings> Holdings { get; init; } = [];

    public IReadOnlyList<Actors.Accounts.AccountReport> Accounts { get; init; } = [];

    public DecisionRecord? Decision { get; init; }

    public IReadOnlyList<TrailEntry> Trail { get; init; } = [];

    public IReadOnlyList<DecisionEntry> Entries { get; init; } = [];

    /// <summary>Weights by asset when the last decision that trades was made, by portfolio.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> WeightsBefore { get; init; } =
        new SortedDictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);

    /// <summary>Address of the next page of a list; null at its end.</summary>
    public string? More { get; init; }

    public ServiceTopology? Topology { get; init; }

    public RiskView? Risk { get; init; }
}

/// <param name="Report">Null while there is none, for the reasons in <paramref name="Problems"/>.</param>
public sealed record RiskView(string Portfolio, Domain.Weights.RiskReport? Report, IReadOnlyList<string> Problems);
