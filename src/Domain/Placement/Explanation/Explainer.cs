using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Explanation.Conflicts;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Puts together what is asked for by <c>plan --explain</c> and journaled by the service.</summary>
internal static class Explainer
{
    public static PlanExplanation Explain(PlanState state, PlanDraft draft, SolverSession session)
    {
        var alternatives = new TradeAlternatives(state);
        var perUnit = CashWorth.PerUnit(state, session);
        var purchases = new NextPurchases(state);
        return new PlanExplanation
        {
            Trades = [.. state.Portfolio.Options.SelectMany(option => Explain(state, alternatives, option))],
            Cash =
            [
                .. state.Portfolio.Accounts.Index().Where(entry => !entry.Item.Frozen).Select(entry => new CashExplanation(
                    entry.Item.Id, DecimalText.Normalise(state.FreeCash(entry.Index)), perUnit?[entry.Index], purchases.Of(entry.Index),
                    DecimalText.Normalise(purchases.Trapped(entry.Index)))),
            ],
            Limits = Limits.Of(state),
            Comparison = Comparison.Of(state),
            Conflicts = ConflictsOf(state.Portfolio, draft, session),
        };
    }

    private static IReadOnlyList<RuleConflict> ConflictsOf(Portfolio portfolio, PlanDraft draft, SolverSession session)
    {
        try
        {
            return new ConflictFinder(portfolio, session).Find(draft);
        }
        catch (SolverUnavailableException)
        {
            // The plan says already that no solver answered; without one there is nothing to add.
            return [];
        }
    }

    private static IEnumerable<TradeExplanation> Explain(PlanState state, TradeAlternatives alternatives, TradeOption option)
    {
        foreach (var isBuy in new[] { true, false }.Where(side => state.LotsOf(option, side) > 0))
        {
            var costs = TradeCosts.Of(state, option, isBuy);
            int? row = state.Portfolio.ExposuresOf(option.Asset) is [var exposure, ..] ? exposure.Row : null;
            yield return new TradeExplanation(
                option.Account, option.Asset, option.Quote, isBuy ? TradeSide.Buy : TradeSide.Sell,
                row is { } target ? state.Portfolio.Rows[target].Name : null,
                row is { } before ? DecimalText.Normalise(state.Portfolio.Rows[before].Gap) : 0,
                row is { } after ? DecimalText.Normalise(state.Missing(after)) : 0,
                DecimalText.Normalise(costs.Fee), DecimalText.Normalise(costs.Spread), DecimalText.Normalise(costs.Ticket),
                DecimalText.Normalise(costs.Tax), alternatives.Of(option, isBuy));
        }
    }
}
