using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Audit;

/// <summary>One fill, with what it cost and why it was made.</summary>
/// <param name="At">As the venue dates it.</param>
/// <param name="Portfolio">Empty, as <paramref name="Decision"/> and the ids of the order, for a trade somebody made by hand.</param>
/// <param name="Price">In <paramref name="Quote"/>, as <paramref name="Notional"/> and <paramref name="Slippage"/>.</param>
/// <param name="FeeInBase">At the decision's prices; null where the decision had no price of the fee's asset.</param>
/// <param name="DecisionPrice">What the decision reckoned with; null for a trade made by hand.</param>
/// <param name="Slippage">Paid more or received less than at the decision's price, without the fee; negative where it went better.</param>
/// <param name="TradeId">The venue's.</param>
public sealed record TradeEntry(
    DateTimeOffset At, string Portfolio, string Decision, string Account, string Asset, string Quote, TradeSide Side, decimal Quantity, decimal Price,
    decimal Notional, decimal Fee, string FeeAsset, decimal? FeeInBase, decimal? DecisionPrice, decimal? Slippage, decimal? SlippageInBase,
    string Intent, string ClientOrderId, string VenueOrderId, string TradeId);

/// <summary>Fees of a decision in one account and one asset.</summary>
public sealed record FeeEntry(string Portfolio, string Decision, string Account, string FeeAsset, decimal Fee, decimal? FeeInBase, int Fills)
{
    /// <summary>In the order of the trades.</summary>
    public static IReadOnlyList<FeeEntry> Of(IEnumerable<TradeEntry> trades) =>
    [
        .. trades.Where(trade => trade.Fee != 0).GroupBy(trade => (trade.Portfolio, trade.Decision, trade.Account, trade.FeeAsset)).Select(group => new FeeEntry(
            group.Key.Portfolio, group.Key.Decision, group.Key.Account, group.Key.FeeAsset, group.Sum(trade => trade.Fee),
            group.All(trade => trade.FeeInBase is not null) ? group.Sum(trade => trade.FeeInBase) : null, group.Count())),
    ];
}

/// <summary>How far the fills of a decision's trade were from the price it was decided at.</summary>
/// <param name="AveragePrice">Weighted by quantity, in <paramref name="Quote"/>.</param>
/// <param name="BasisPoints">Of the decision's price; positive is worse.</param>
/// <param name="Cost">In <paramref name="Quote"/>; positive was lost.</param>
public sealed record SlippageEntry(
    string Portfolio, string Decision, string Account, string Asset, string Quote, TradeSide Side, decimal Quantity, decimal DecisionPrice,
    decimal AveragePrice, double BasisPoints, decimal Cost, decimal? CostInBase)
{
    /// <summary>In the order of the trades; those made by hand were decided at no price.</summary>
    public static IReadOnlyList<SlippageEntry> Of(IEnumerable<TradeEntry> trades) =>
    [
        .. trades.Where(trade => trade.DecisionPrice is not null)
            .GroupBy(trade => (trade.Portfolio, trade.Decision, trade.Account, trade.Asset, trade.Quote, trade.Side, Price: trade.DecisionPrice!.Value))
            .Select(group =>
            {
                var quantity = group.Sum(trade => trade.Quantity);
                var cost = group.Sum(trade => trade.Slippage!.Value);
                return new SlippageEntry(
                    group.Key.Portfolio, group.Key.Decision, group.Key.Account, group.Key.Asset, group.Key.Quote, group.Key.Side, quantity, group.Key.Price,
                    group.Sum(trade => trade.Notional) / quantity, (double)(cost / (quantity * group.Key.Price) * 10_000), cost,
                    group.All(trade => trade.SlippageInBase is not null) ? group.Sum(trade => trade.SlippageInBase) : null);
            }),
    ];
}
