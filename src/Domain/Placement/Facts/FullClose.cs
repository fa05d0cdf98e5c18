namespace Rebalancer.Domain.Placement.Facts;

/// <summary>
/// What nobody wants any more is sold in full or so that what is left can still be sold: a rest below the smallest order would stay for ever.
/// Holds for an account's asset without any target; of an asset with one, a small holding is a part of what the target asks for.
/// </summary>
/// <param name="Options">The asset's markets in the account.</param>
/// <param name="Holding">All that can be sold, in whole lots of the finest market; quantity.</param>
/// <param name="Smallest">Smallest quantity that some market takes.</param>
/// <param name="CanClose">The markets take all of it at once.</param>
internal sealed record FullClose(IReadOnlyList<TradeOption> Options, decimal Holding, decimal Smallest, bool CanClose)
{
    /// <summary>Every pair of account and asset of which a rest could be stranded.</summary>
    public static IReadOnlyList<FullClose> Of(Portfolio portfolio) =>
        [.. portfolio.Trades.Pairs.Select(pair => Of(portfolio, pair)).OfType<FullClose>()];

    /// <returns>Null where no rest can be stranded.</returns>
    public static FullClose? Of(Portfolio portfolio, IReadOnlyList<TradeOption> pair)
    {
        var options = pair.Where(option => option.CanSell).ToList();
        var asset = pair[0].Asset;
        if (options.Count == 0 || portfolio.IsCurrency(asset) || portfolio.ExposuresOf(asset).Any(exposure => portfolio.Rows[exposure.Row].Weight > 0))
        {
            return null;
        }

        var finest = options.MinBy(option => option.Lot)!;
        var balance = portfolio.Balance(portfolio.Accounts[finest.AccountIndex], asset);
        var holding = Math.Floor(balance / finest.SellOutflow / finest.Lot) * finest.Lot;
        var smallest = options.Min(option => option.MinLots * option.Lot);
        var canClose = options.Sum(option => option.SellMaxLots * option.Lot) >= holding;
        return smallest <= finest.Lot || (!canClose && holding < 2 * smallest) ? null : new FullClose(options, holding, smallest, canClose);
    }

    /// <param name="sold">Quantity over all markets.</param>
    public bool Allows(decimal sold) => sold == 0 || (CanClose && sold >= Holding) || Holding - sold >= Smallest;

    public decimal Sold(TradeSizes sizes) => Options.Sum(option => sizes.Sells[option.Index] * option.Lot);
}
