using Rebalancer.Domain.Accounts;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd;

/// <summary>The world beyond the service: what its accounts hold, what their owner does there, and how slowly the venues answer.</summary>
public sealed class VenueSide(Uri address, TimeProvider clock, Random random) : IDisposable
{
    private const string Currency = "USD";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private int _disturbances;

    /// <summary>From now on the answer to an order comes this late (on the venues' clock); the order itself is processed at once.</summary>
    public async Task AnswerOrdersLateAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        var faults = by > TimeSpan.Zero ? new SimulatedFaults { SlowReply = 1, SlowBy = by } : SimulatedFaults.None;
        foreach (var (id, options) in SimulatedDemo.Accounts.DistinctBy(account => account.Options.Exchange))
        {
            await Client(id, options).SetFaultsAsync(faults, cancellationToken);
        }
    }

    /// <summary>Pays money in and takes assets out, by turns, so that the portfolio leaves its bands and keeps its size.</summary>
    public async Task DisturbAsync(CancellationToken cancellationToken)
    {
        var (id, options) = SimulatedDemo.Accounts[random.Next(SimulatedDemo.Accounts.Count)];
        var account = Client(id, options);
        if (_disturbances++ % 2 == 0)
        {
            await account.TransferAsync("deposit", Currency, 20_000 + random.Next(10_000), cancellationToken);
            return;
        }

        var balances = await account.GetBalancesAsync(cancellationToken);
        var assets = balances.Balances.Where(balance => balance.Asset != Currency && balance.Free > 0).ToList();
        foreach (var balance in assets)
        {
            try
            {
                await account.TransferAsync("withdrawal", balance.Asset, -decimal.Floor(balance.Free * 600) / 1000, cancellationToken);
            }
            catch (VenueException refused) when (refused.Message.Contains("free", StringComparison.Ordinal))
            {
                // An order has locked it meanwhile; the others will do.
                continue;
            }
        }
    }

    /// <summary>Σ|weight − target| / 2 of what the venues say the accounts hold, cash included.</summary>
    public async Task<(decimal Drift, int OpenOrders)> ReadDriftAsync(CancellationToken cancellationToken)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var open = 0;
        foreach (var (id, options) in SimulatedDemo.Accounts)
        {
            var account = Client(id, options);
            open += (await account.GetOpenOrdersAsync(cancellationToken)).Count;
            var report = await account.GetBalancesAsync(cancellationToken);
            var markets = report.Balances.Where(balance => !balance.IsCurrency).Select(balance => new MarketId(balance.Asset, Currency)).ToList();
            var prices = (await account.GetQuotesAsync(markets, cancellationToken)).ToDictionary(quote => quote.Market.Asset, quote => quote.Mid);
            foreach (var balance in report.Balances)
            {
                var price = balance.Asset == Currency ? 1 : prices[balance.Asset];
                values[balance.Asset] = values.GetValueOrDefault(balance.Asset) + (balance.Total * price);
            }
        }

        var total = values.Values.Sum();
        var targets = SimulatedDemo.Targets.Append((Asset: Currency, Weight: 1 - SimulatedDemo.Targets.Sum(target => target.Weight)))
            .ToDictionary(target => target.Asset, target => target.Weight);
        var drift = values.Keys.Union(targets.Keys, StringComparer.Ordinal)
            .Sum(asset => Math.Abs((values.GetValueOrDefault(asset) / total) - targets.GetValueOrDefault(asset))) / 2;
        return (drift, open);
    }

    public void Dispose() => _http.Dispose();

    private SimulatedVenueClient Client(string id, SimulatedAccountOptions options) => new(_http, () => address, id, options, clock);
}
