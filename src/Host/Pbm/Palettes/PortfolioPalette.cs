using System.Text.Json;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>portfolio</c>: the portfolios and their decisions.</summary>
public sealed class PortfolioPalette(IServiceOperations operations) : IPbmPalette
{
    private const int LatestDecisions = 20;

    public string Name => "portfolio";

    public string Description => "Portfolios: value, score, decisions, rebalancing; add, pause, resume, remove";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("list", "portfolio list", "Every portfolio with value and score", async (_, cancellationToken) =>
            PbmAnswer.Of((await operations.GetStatusAsync(cancellationToken)).Portfolios.Select(ItemOf))),
        new("show", "portfolio show ID", "One portfolio with its assets and what it waits for", ShowAsync),
        new("decisions", "portfolio decisions [ID]", "Latest decisions, of one portfolio or of all", async (call, cancellationToken) =>
            PbmAnswer.Of((await operations.GetDecisionsAsync(call.Arguments.Optional(0), LatestDecisions, cancellationToken)).Select(ItemOf))),
        new("rebalance", "portfolio rebalance ID [--why TEXT]", "Decide now", RebalanceAsync, Role: Role.Operate),
        new(
            "add", "portfolio add --settings JSON [--confirm-live ID] [--why TEXT]", "Add a portfolio, written as in the settings file", AddAsync, Role: Role.Admin),
        new(
            "pause", "portfolio pause ID [--why TEXT]", "Stop it from deciding; its open orders go on",
            (call, cancellationToken) => call.ChangeAsync("is paused; its open orders go on", by => operations.PausePortfolioAsync(call.Id(), by, cancellationToken)),
            Role: Role.Operate),
        new(
            "resume", "portfolio resume ID [--why TEXT]", "Let it decide again",
            (call, cancellationToken) => call.ChangeAsync("decides again", by => operations.ResumePortfolioAsync(call.Id(), by, cancellationToken)), Role: Role.Operate),
        new(
            "remove", "portfolio remove ID [--why TEXT]", "End its orders and let its accounts go",
            (call, cancellationToken) => call.ChangeAsync("is removed; its accounts are free", by => operations.RemovePortfolioAsync(call.Id(), by, cancellationToken)),
            Role: Role.Admin),
    ];

    private static PbmItem ItemOf(PortfolioView portfolio) => new(
        $"{portfolio.Id}  {(portfolio.TotalValue is { } value ? FormattableString.Invariant($"{value:0.00} {portfolio.BaseCurrency}") : "not valued yet")}  score {(portfolio.Score is { } score ? FormattableString.Invariant($"{score:0.0000}") : "-")}  {portfolio.Accounts.Count} accounts  {portfolio.Mode}{(portfolio.Pause is { } pause ? $"  PAUSED by {pause.Who}: {pause.Why}" : "")}{(portfolio.Halts.Count == 0 ? "" : "  HALTED: " + string.Join("; ", portfolio.Halts))}",
        portfolio);

    private static PbmItem ItemOf(PortfolioDecision entry) => new(
        FormattableString.Invariant($"{entry.Decision.Id}  {entry.Decision.At:u}  {entry.Decision.Status}  drift {entry.Decision.DriftBefore:0.00%} -> {entry.Decision.DriftAfter ?? entry.Decision.DriftPlanned:0.00%}  {entry.Decision.Orders} orders, {entry.Decision.Fills} fills  {entry.Decision.Trigger}"),
        entry);

    private async Task<PbmAnswer> AddAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var settings = JsonSerializer.SerializeToElement(call.Arguments.RequiredOption("--settings"));
        var request = new AddPortfolioRequest(settings, call.Arguments.Option("--why"), call.Arguments.Option("--confirm-live"), "--settings");
        await operations.AddPortfolioAsync(request, call.By(), cancellationToken);
        return PbmAnswer.Done("The portfolio is added; it decides once its accounts have been read.");
    }

    private async Task<PbmAnswer> ShowAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var id = call.Id();
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
        var answer = await operations.RebalanceAsync(call.Id(), dryRun: false, call.By(), cancellationToken);
        return answer.Refused ? throw new PbmException(answer.Message) : new PbmAnswer([new PbmItem(answer.Message, new { decision = answer.DecisionId, message = answer.Message })]);
    }
}
