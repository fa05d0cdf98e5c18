using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios.Taxes;
using Rebalancer.Domain.Weights;

namespace Rebalancer.Domain.Portfolios;

/// <summary>A fresh look at the portfolio: either all that a decision needs, or why none can be made.</summary>
public abstract record Preparation
{
    /// <param name="Reasons">A sentence each, with what to do.</param>
    public sealed record Wait(IReadOnlyList<string> Reasons) : Preparation;

    /// <summary>Everything is known that a decision needs.</summary>
    public sealed record Ready(
        DecisionRequest Request, SortedDictionary<string, PricePoint> Prices, Valuation Valuation, IReadOnlyList<AssetDrift> Assets,
        PlacementProblem Problem, IReadOnlyList<string> Notes) : Preparation;

    /// <summary>Values the portfolio and states its placement problem.</summary>
    /// <param name="readings">By account; what is absent has never been read.</param>
    /// <param name="sellsOnly">Buys are stopped everywhere; the portfolio's own halts it knows itself.</param>
    public static Preparation Of(
        PortfolioState state, SortedDictionary<string, AccountReading> readings, Trigger trigger, DateTimeOffset now, bool sellsOnly = false)
    {
        var settings = state.Settings ?? throw new InvalidOperationException("the portfolio has no settings yet");
        if (settings.Accounts.Count == 0)
        {
            return new Wait([$"the portfolio has no account; add one with: rebalancer account add ID --venue VENUE --portfolio {settings.Id}"]);
        }

        var uses = settings.Accounts.Select(id => (Id: id, Use: AccountUse.Of(id, readings.GetValueOrDefault(id), settings.Limits, now))).ToList();
        var waits = uses.Select(item => item.Use).OfType<AccountUse.WaitedFor>().Select(wait => wait.Reason).ToList();
        if (waits.Count > 0)
        {
            return new Wait(waits);
        }

        if (settings.Targets.Computed is not null && state.Computed?.IsFor(settings) != true)
        {
            return new Wait([$"the targets of method {settings.Targets.Method} have not been computed yet"]);
        }

        var outstanding = state.Open?.Outstanding ?? [];
        var accounts = uses.Select(item => new AccountForDecision(readings[item.Id], FrozenBecause(item.Id, item.Use, outstanding))).ToList();
        var targets = TargetsOf(settings, state);
        var request = new DecisionRequest(settings, targets, trigger, accounts, state.Untradeable, now) { SellsOnly = sellsOnly || state.IsReducing };
        var prices = PriceBook.Build(settings.BaseCurrency, accounts.Select(account => account.Reading));
        request = request with { TaxBook = (state.TaxBook ?? TaxBook.Empty).For(request, prices) };
        var valuation = Valuation.Of(settings, targets, accounts.Select(account => account.Reading), prices);
        if (valuation.Missing.Count > 0)
        {
            return new Wait([.. valuation.Missing.Select(asset =>
                $"{asset} has a target but no account quotes it against anything that leads to {settings.BaseCurrency}; " +
                "add an account that trades it, or drop its target")]);
        }

        var assets = Drift.ByAsset(settings.Bands, valuation.Weights, targets);
        var aim = Drift.Aim(settings.RebalanceTo, assets);
        var outOfBand = assets.Any(asset => asset.IsOut);
        var (problem, notes) = ProblemBuilder.Build(request, prices, valuation, WithoutZeroes(aim), SettingsRules.ObjectiveFor(settings, outOfBand));
        var owesCash = problem.Accounts.Any(account => !account.Frozen && CashCauses.MissingIn(problem, account) > 0);
        if (SettingsRules.OnlyRestores(settings, outOfBand, owesCash))
        {
            // With everything called near enough to its target, only accounts that lack cash sell.
            problem = problem with { Objective = SettingsRules.ObjectiveFor(settings, outOfBand, owesCash), Threshold = 1 };
        }

        return new Ready(request, prices, valuation, assets, problem, notes);
    }

    /// <summary>Computed targets were smoothed when they were computed, so that a decision in between does not move them on.</summary>
    private static SortedDictionary<string, decimal> TargetsOf(PortfolioSettings settings, PortfolioState state)
    {
        if (settings.Targets.Computed is not null && state.Computed is { } computed)
        {
            return computed.Weights;
        }

        var last = state.LastTargets;
        var wanted = WeightMethods.Compute(settings.Targets.Method, new WeightRequest(settings.Targets.Assets, settings.Targets.Weights));
        return wanted.SmoothedFrom(last is null ? null : TargetWeights.Create(last), settings.Smoothing).ByAsset;
    }

    /// <summary>An asset that is held without a target has target 0 in the model already; naming it would only demand a market for it.</summary>
    private static SortedDictionary<string, decimal> WithoutZeroes(SortedDictionary<string, decimal> aim)
    {
        var kept = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, weight) in aim.Where(item => item.Value > 0))
        {
            kept[asset] = weight;
        }

        return kept;
    }

    private static string? FrozenBecause(string id, AccountUse use, IReadOnlyList<string> outstanding) => use switch
    {
        AccountUse.Frozen frozen => frozen.Reason,
        _ when outstanding.Contains(id) => "it has not reported on its part of the decision before",
        _ => null,
    };
}
