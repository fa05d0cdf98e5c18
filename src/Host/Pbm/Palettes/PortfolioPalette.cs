using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>portfolio</c>: the portfolios and their decisions.</summary>
internal sealed class PortfolioPalette(IServiceOperations operations) : IPbmPalette
{
    private const int LatestDecisions = 20;

    public string Name => "portfolio";

    public string Description => "Portfolios: value, score, decisions, rebalancing";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("list", "portfolio list", "Every portfolio with value and score", async (_, cancellationToken) =>
            PbmAnswer.Of((await operations.GetStatusAsync(cancellationToken)).Portfolios.Select(ItemOf))),
        new("show", "portfolio show ID", "One portfolio with its assets and what it waits for", ShowAsync),
        new("decisions", "portfolio decisions [ID]", "Latest decisions, of one portfolio or of all", async (call, cancellationToken) =>
            PbmAnswer.Of((await operations.GetDecisionsAsync(call.Arguments.Optional(0), LatestDecisions, cancellationToken)).Select(ItemOf))),
        new("rebalance", "portfolio rebalance ID [--why TEXT]", "Decide now", RebalanceAsync, Role: Role.Operate),
    ];

    private static PbmItem ItemOf(PortfolioView portfolio) => new(
        $"{portfolio.Id}  {(portfolio.TotalValue is { } value ? FormattableString.Invariant($"{value:0.00} {portfolio.BaseCurrency}") : "not valued yet")}  score {(portfolio.Score is { } score ? FormattableString.Invariant($"{score:0.0000}") : "-")}  {portfolio.Accounts.Count} accounts  {portfolio.Mode}{(portfolio.Halts.Count == 0 ? "" : "  HALTED: " + string.Join("; ", portfolio.Halts))}",
        portfolio);

    private static PbmItem ItemOf(PortfolioDecision entry) => new(
        FormattableString.Invariant($"{entry.Decision.Id}  {entry.Decision.At:u}  {entry.Decision.Status}  drift {entry.Decision.DriftBefore:0.00%} -> {entry.Decision.DriftAfter ?? entry.Decision.DriftPlanned:0.00%}  {entry.Decision.Orders} orders, {entry.Decision.Fills} fills  {entry.Decision.Trigger}"),
        entry);

    private async Task<PbmAnswer> ShowAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.Required(0, "ID");
        var portfolio = (await operations.GetStatusAsync(cancellationToken)).Portfolios.FirstOrDefault(known => known.Id == id)
            ?? throw new PbmException($"{id}: there is no such portfolio; 'portfolio list' shows them");
        return PbmAnswer.Of(
        [
            ItemOf(portfolio),
            .. portfolio.Assets.Select(asset => new PbmItem(
                FormattableString.Invariant($"  {asset.Asset}  {asset.Value:0.00}  {asset.Weight:0.00%} of {asset.Target:0.00%}{(asset.OutOfBand ? "  out of its band" : "")}"), asset)),
            .. portfolio.WaitingFor.Select(reason => new PbmItem($"  waits: {reason}", new { waitsFor = reason })),
        ]);
    }

    private async Task<PbmAnswer> RebalanceAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var answer = await operations.RebalanceAsync(call.Arguments.Required(0, "ID"), dryRun: false, AccountPalette.By(call), cancellationToken);
        return answer.Refused ? throw new PbmException(answer.Message) : new PbmAnswer([new PbmItem(answer.Message, new { decision = answer.DecisionId, message = answer.Message })]);
    }
}
