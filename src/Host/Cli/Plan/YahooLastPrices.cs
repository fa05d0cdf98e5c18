using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>
/// <c>--prices yahoo</c>: the last price of each asset. What Yahoo does not answer for is taken from an earlier run, and said with its date; what
/// neither has is an error.
/// </summary>
internal static class YahooLastPrices
{
    /// <summary>What stands in <c>--prices</c> in place of a file's name.</summary>
    public const string Word = "yahoo";

    private const string Remedy = "try again, or give a price file";

    /// <param name="symbols">Yahoo's symbol by asset.</param>
    /// <exception cref="CommandException">An asset has no price, neither now nor from earlier.</exception>
    public static async Task<SortedDictionary<string, decimal>> ReadAsync(
        CliContext context, IReadOnlyDictionary<string, string> symbols, string currency, CancellationToken cancellationToken)
    {
        var cache = YahooPriceCache.Open(context);
        var (quotes, failure) = await AskAsync(context, symbols, currency, cancellationToken);
        var prices = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (asset, symbol) in symbols)
        {
            if (quotes.FirstOrDefault(quote => quote.Market.Asset == symbol) is { } quote)
            {
                prices[asset] = quote.Bid;
                cache.Keep(symbol, currency, quote.Bid, quote.At);
            }
            else if (cache.Find(symbol, currency) is { } kept)
            {
                prices[asset] = kept.Price;
                context.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"prices: {asset}: {failure ?? $"Yahoo has no price of {symbol} now"}; the price of {kept.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {kept.Price} {currency}, from an earlier run is used"));
            }
            else
            {
                missing.Add($"prices: {asset}: {failure ?? $"Yahoo has no price of {symbol}"}, and there is none from an earlier run; {Remedy}");
            }
        }

        cache.Save();
        return missing.Count == 0 ? prices : throw new CommandException(ExitCode.Failed, missing);
    }

    private static async Task<(IReadOnlyList<Quote> Quotes, string? Failure)> AskAsync(
        CliContext context, IReadOnlyDictionary<string, string> symbols, string currency, CancellationToken cancellationToken)
    {
        using var brokers = new BrokersProcess(context.Clock, NullLogger.Instance);
        await using var yahoo = YahooPrices.Open(brokers, context.Variables.GetValueOrDefault(YahooPrices.EndpointVariable), context.Clock);
        try
        {
            return (await yahoo.GetQuotesAsync([.. symbols.Values.Distinct().Select(symbol => new MarketId(symbol, currency))], cancellationToken), null);
        }
        catch (VenueException unanswered)
        {
            return ([], unanswered.Message);
        }
    }
}
