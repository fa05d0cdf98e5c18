using Rebalancer.Domain.Accounts;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd;

/// <summary>The world beyond the service: what its accounts hold, what their owner does there, and how slowly the venues answer.</summary>
public sealed class VenueSide(Uri address, TimeProvider clock, Random random) : IDisposable
{
    private const string Currency = "USD";

    /// <summary>The targets' coins are 35 % of the portfolio, and a part of its 5 % cash may lie beside them.</summary>
    private const decimal ExchangeShare = 0.37m;

    /// <summary>The coins that no broker trades are 13 % of it.</summary>
    private const decimal ExchangeNeed = 0.16m;

    private readonly HttpClient _http = SimulatedVenueProcess.CreateHttp(TimeSpan.FromSeconds(10));
    private (string Id, SimulatedAccountOptions Options, decimal Amount)? _deposit;

    /// <summary>From now on the answer to an order comes this late (on the venues' clock); the order itself is processed at once.</summary>
    public async Task AnswerOrdersLateAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        var faults = by > TimeSpan.Zero ? new SimulatedFaults { SlowReply = 1, SlowBy = by } : SimulatedFaults.None;
        foreach (var (id, options) in SimulatedDemo.Accounts.DistinctBy(account => account.Options.Exchange))
        {
            await Client(id, options).SetFaultsAsync(faults, cancellationToken);
        }
    }

    /// <summary>
    /// Pays money in and takes as much out of the same account in its largest asset, by turns: the portfolio leaves its bands, and every
    /// account keeps the money that the targets need there.
    /// </summary>
    public async Task DisturbAsync(CancellationToken cancellationToken)
    {
        if (_deposit is not { } deposit)
        {
            var (id, options) = SimulatedDemo.Accounts[random.Next(SimulatedDemo.Accounts.Count)];
            decimal amount = 8_000 + random.Next(4_000);
            await Client(id, options).TransferAsync("deposit", Currency, amount, cancellationToken);
            _deposit = (id, options, amount);
            return;
        }

        var account = Client(deposit.Id, deposit.Options);
        var balances = (await account.GetBalancesAsync(cancellationToken)).Balances.Where(balance => balance.Free > 0).ToList();
        var prices = await ReadPricesAsync(account, balances, cancellationToken);
        var largest = balances.MaxBy(balance => balance.Free * prices[balance.Asset])!;
        var quantity = Math.Min(largest.Free, deposit.Amount / prices[largest.Asset]);

        // Whole shares stay whole shares: what is left of one could never be sold.
        var steps = deposit.Options.Kind == "broker" && largest.Asset is not ("BTC" or "ETH") ? 1 : 1_000;
        quantity = decimal.Floor(quantity * steps) / steps;
        if (quantity > 0 && await TryWithdrawAsync(account, largest.Asset, quantity, cancellationToken))
        {
            _deposit = null;
        }
    }

    /// <summary>Σ|weight − target| / 2 of what the venues say the accounts hold, cash included.</summary>
    public async Task<(decimal Drift, int OpenOrders)> ReadDriftAsync(CancellationToken cancellationToken)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var open = 0;
        foreach (var (id, options) in SimulatedDemo.Accounts)
        {
            open += (await Client(id, options).GetOpenOrdersAsync(cancellationToken)).Count;
            foreach (var (asset, value) in await ReadValuesAsync(Client(id, options), cancellationToken))
            {
                values[asset] = values.GetValueOrDefault(asset) + value;
            }
        }

        var total = values.Values.Sum();
        var targets = SimulatedDemo.Targets.Append((Asset: Currency, Weight: 1 - SimulatedDemo.Targets.Sum(target => target.Weight)))
            .ToDictionary(target => target.Asset, target => target.Weight);
        var drift = values.Keys.Union(targets.Keys, StringComparer.Ordinal)
            .Sum(asset => Math.Abs((values.GetValueOrDefault(asset) / total) - targets.GetValueOrDefault(asset))) / 2;
        return (drift, open);
    }

    /// <summary>
    /// Moves money that the exchanges cannot use to a broker, and money that they lack to one of them, as the owner would on the plan's advice:
    /// the demo's own deposits go on while the service is killed, most of them to brokers, and no rebalance can take money from one venue to
    /// another.
    /// </summary>
    public async Task MoveIdleCashAsync(CancellationToken cancellationToken)
    {
        var accounts = new List<(SimulatedVenueClient Account, string Kind, SortedDictionary<string, decimal> Values)>();
        foreach (var (id, options) in SimulatedDemo.Accounts)
        {
            accounts.Add((Client(id, options), options.Kind, await ReadValuesAsync(Client(id, options), cancellationToken)));
        }

        var total = accounts.Sum(account => account.Values.Values.Sum());
        var atExchanges = accounts.Where(account => account.Kind == "exchange").Sum(account => account.Values.Values.Sum());
        var idle = atExchanges - (ExchangeShare * total);
        foreach (var (account, _, values) in accounts.Where(account => account.Kind == "exchange"))
        {
            var amount = decimal.Floor(Math.Min(idle, values.GetValueOrDefault(Currency)));
            if (amount > 1_000 && await TryWithdrawAsync(account, Currency, amount, cancellationToken))
            {
                await accounts.Last(other => other.Kind == "broker").Account.TransferAsync("deposit", Currency, amount, cancellationToken);
                idle -= amount;
            }
        }

        var lacking = (ExchangeNeed * total) - atExchanges;
        foreach (var (account, _, values) in accounts.Where(account => account.Kind == "broker"))
        {
            var amount = decimal.Floor(Math.Min(lacking, values.GetValueOrDefault(Currency)));
            if (amount > 1_000 && await TryWithdrawAsync(account, Currency, amount, cancellationToken))
            {
                await accounts.First(other => other.Kind == "exchange").Account.TransferAsync("deposit", Currency, amount, cancellationToken);
                lacking -= amount;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<SortedDictionary<string, decimal>> ReadValuesAsync(SimulatedVenueClient account, CancellationToken cancellationToken)
    {
        var balances = (await account.GetBalancesAsync(cancellationToken)).Balances;
        var prices = await ReadPricesAsync(account, balances, cancellationToken);
        return new SortedDictionary<string, decimal>(
            balances.ToDictionary(balance => balance.Asset, balance => balance.Total * prices[balance.Asset]), StringComparer.Ordinal);
    }

    private static async Task<SortedDictionary<string, decimal>> ReadPricesAsync(
        IVenue account, IReadOnlyList<Balance> balances, CancellationToken cancellationToken)
    {
        var markets = balances.Where(balance => balance.Asset != Currency).Select(balance => new MarketId(balance.Asset, Currency)).ToList();
        var prices = new SortedDictionary<string, decimal>(StringComparer.Ordinal) { [Currency] = 1 };
        foreach (var quote in await account.GetQuotesAsync(markets, cancellationToken))
        {
            prices.Add(quote.Market.Asset, quote.Mid);
        }

        return prices;
    }

    /// <summary>False when an order has locked it meanwhile.</summary>
    private static async Task<bool> TryWithdrawAsync(
        SimulatedVenueClient account, string asset, decimal quantity, CancellationToken cancellationToken)
    {
        try
        {
            await account.TransferAsync("withdrawal", asset, -quantity, cancellationToken);
            return true;
        }
        catch (VenueException refused) when (refused.Message.Contains("free", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private SimulatedVenueClient Client(string id, SimulatedAccountOptions options) => new(_http, () => address, id, options, clock);
}
