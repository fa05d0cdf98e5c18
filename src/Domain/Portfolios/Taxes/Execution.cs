using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios.Taxes;

/// <summary>Books one order's fills into the tax book.</summary>
internal static class Execution
{
    public static TaxBook Book(TaxBook book, string account, TradeOutcome outcome, DateOnly date)
    {
        var booked = outcome.Side == TradeSide.Buy ? Bought(book, account, outcome, date) : Sold(book, account, outcome, date);

        // A fee in a third asset uses up lots of it; nothing is realised that a wash sale would ask for.
        foreach (var (asset, fee) in outcome.Fees.Where(fee => fee.Value > 0 && fee.Key != outcome.Market.Asset && !book.Money.Contains(fee.Key)))
        {
            booked = booked.With(account, asset, booked.Take(account, asset, fee).Left);
        }

        return booked;
    }

    private static TaxBook Bought(TaxBook book, string account, TradeOutcome outcome, DateOnly date)
    {
        var received = outcome.Filled - outcome.Fees.GetValueOrDefault(outcome.Market.Asset);
        var booked = book with { Recent = [.. book.Recent, new RecentTrade(account, outcome.Market.Asset, TradeSide.Buy, date, null)] };

        // What it cost cannot be said in base currency: without a lot the holding's lots do not add up, and that is said.
        return Value(book, outcome, feeSign: 1) is not { } cost || received <= 0 ? booked
            : booked.With(account, outcome.Market.Asset, [.. book.Kept(account, outcome.Market.Asset), new TaxLot(received, cost / received, date)]);
    }

    private static TaxBook Sold(TaxBook book, string account, TradeOutcome outcome, DateOnly date)
    {
        var asset = outcome.Market.Asset;
        var given = outcome.Filled + outcome.Fees.GetValueOrDefault(asset);
        var (left, taken) = book.Take(account, asset, given);
        var booked = book.With(account, asset, left);
        if (book.Untaxed.Contains(account) || Value(book, outcome, feeSign: -1) is not { } proceeds || taken.Count == 0)
        {
            return booked with { Recent = [.. book.Recent, new RecentTrade(account, asset, TradeSide.Sell, date, null)] };
        }

        var each = proceeds / given;
        var gains = taken.Select(lot => lot.Quantity * (each - lot.UnitCost)).ToList();
        return booked with
        {
            Recent =
            [
                .. book.Recent,
                .. new[] { gains.Where(gain => gain >= 0), gains.Where(gain => gain < 0) }.Where(part => part.Any())
                    .Select(part => new RecentTrade(account, asset, TradeSide.Sell, date, part.Sum())),
            ],
        };
    }

    /// <summary>
    /// With its fees, in base currency. Those in the asset itself are units that did not arrive, or left besides, and no money.
    /// </summary>
    /// <returns>Null where the money it was paid in, or a fee was taken in, had no price: unknown is not zero.</returns>
    private static decimal? Value(TaxBook book, TradeOutcome outcome, int feeSign)
    {
        var fees = outcome.Fees.Where(fee => fee.Value != 0 && fee.Key != outcome.Market.Asset).ToList();
        return book.Prices.TryGetValue(outcome.Market.Quote, out var price) && fees.TrueForAll(fee => book.Prices.ContainsKey(fee.Key))
            ? (outcome.Filled * outcome.AveragePrice * price) + (feeSign * fees.Sum(fee => fee.Value * book.Prices[fee.Key]))
            : null;
    }
}
