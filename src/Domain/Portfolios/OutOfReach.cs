using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>
/// What the last decision could not bring into its band, for want of cash or a market. It causes a new decision only when it has moved on by
/// more than its band or when other markets are open; otherwise the same want would be found again and again, at the cost of tiny trades.
/// </summary>
/// <param name="Weights">Planned weight by asset, outside the asset's band.</param>
/// <param name="Markets">Where anything could be traded then, as <c>account/asset/quote</c>, in order.</param>
public sealed record OutOfReach(SortedDictionary<string, decimal> Weights, IReadOnlyList<string> Markets)
{
    /// <summary>A smaller share of the value is not worth a decision: dust of an asset without a target has no band of its own.</summary>
    private const decimal LeastMove = 0.0005m;

    /// <summary>Spendable cash that was left, in base currency; null where nothing is known.</summary>
    public decimal? Cash { get; init; }

    /// <summary>Accounts whose cash could not be restored.</summary>
    public IReadOnlyList<string> Short { get; init; } = [];

    public static OutOfReach Of(RebalanceDecided decided)
    {
        var weights = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var planned in decided.Plan.Assets)
        {
            var drift = decided.Assets.FirstOrDefault(asset => asset.Asset == planned.Asset);
            if (drift is not null && (drift with { Weight = (decimal)planned.After }).IsOut)
            {
                weights.Add(planned.Asset, (decimal)planned.After);
            }
        }

        var after = decided.Problem.Accounts.Where(account => !account.Frozen)
            .Join(decided.Plan.Accounts, account => account.Id, planned => planned.Id, (account, planned) => (Account: account, planned.CashAfter), StringComparer.Ordinal)
            .ToList();
        return new OutOfReach(weights, MarketsOf(decided.Problem))
        {
            Cash = after.Count == 0 ? null : after.Sum(entry => entry.CashAfter),
            Short =
            [
                .. after.Where(entry => CashCauses.MissingIn(decided.Problem, entry.Account) > 0 && entry.CashAfter < entry.Account.Reserve)
                    .Select(entry => entry.Account.Id),
            ],
        };
    }

    /// <summary>True when a decision now could do no better for the asset than the last one.</summary>
    public bool Holds(AssetDrift asset, PlacementProblem problem) =>
        Weights.TryGetValue(asset.Asset, out var left) && Math.Abs(asset.Weight - left) <= Math.Max(asset.Band, LeastMove) && HasSameMarkets(problem);

    /// <summary>Whether an account can trade now that could trade nothing then.</summary>
    public bool MissedAccountOf(PlacementProblem problem) => problem.Accounts.Any(account =>
        account.Markets.Any(market => market.Allow != AllowedSides.None) && !Markets.Any(market => market.StartsWith(account.Id + "/", StringComparison.Ordinal)));

    public bool HasSameMarkets(PlacementProblem problem) => MarketsOf(problem).SequenceEqual(Markets);

    /// <summary>What orders that were not carried out left over is known too; only money that comes on top is new.</summary>
    public OutOfReach AfterCompletion(IReadOnlyList<AccountEvidence> accounts, RebalanceDecided decided)
    {
        var left = accounts.Where(account => account.FrozenBecause is null).SelectMany(account => account.Balances)
            .Where(balance => (balance.IsCurrency || balance.Asset == decided.Settings.BaseCurrency) && !decided.Targets.ContainsKey(balance.Asset))
            .Sum(balance => balance.Free * (balance.Asset == decided.Settings.BaseCurrency ? 1 : decided.Problem.Prices.GetValueOrDefault(balance.Asset)));
        return this with { Cash = Math.Max(Cash ?? left, left) };
    }

    private static IReadOnlyList<string> MarketsOf(PlacementProblem problem) =>
    [
        .. problem.Accounts
            .SelectMany(account => account.Markets
                .Where(market => market.Allow != AllowedSides.None)
                .Select(market => $"{account.Id}/{market.Asset}/{market.Quote}"))
            .Order(StringComparer.Ordinal),
    ];
}
