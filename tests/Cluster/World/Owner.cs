using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Cluster.World;

/// <summary>Who owns the accounts: pays money in, takes it out, and can look at the venues directly.</summary>
public sealed class Owner(SimulatedVenueEndpoint venues, IReadOnlyList<string> accounts, int seed) : IDisposable
{
    private readonly HttpClient _http = SimulatedVenueProcess.CreateHttp(TimeSpan.FromSeconds(10));
    private readonly ScaledTimeProvider _clock = new(venues.Clock, TimeProvider.System);
    private readonly Random _random = new(seed);

    /// <summary>Money moved so far.</summary>
    public int Transfers { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task DisturbAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(every, cancellationToken);
                var account = Client(accounts[_random.Next(accounts.Count)]);
                if (!await IsOpenAsync(account, cancellationToken))
                {
                    continue;
                }

                await account.TransferAsync("deposit", "USD", 5_000 + _random.Next(20_000), cancellationToken);
                Transfers++;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Enough.
        }
    }

    public async Task<int> CountOpenOrdersAsync(CancellationToken cancellationToken)
    {
        var open = 0;
        foreach (var id in accounts)
        {
            open += await CountOpenOrdersAsync(id, cancellationToken);
        }

        return open;
    }

    public async Task<int> CountOpenOrdersAsync(string account, CancellationToken cancellationToken) =>
        (await Client(account).GetOpenOrdersAsync(cancellationToken)).Count;

    public void Dispose() => _http.Dispose();

    /// <summary>The account is there once a node has opened it.</summary>
    private static async Task<bool> IsOpenAsync(SimulatedVenueClient account, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.GetBalancesAsync(cancellationToken)).Balances.Count > 0;
        }
        catch (VenueException)
        {
            return false;
        }
    }

    private SimulatedVenueClient Client(string id) => new(
        _http, () => venues.Address, id,
        new SimulatedAccountOptions
        {
            Kind = id.Split('-')[0],
            Exchange = id.StartsWith("broker", StringComparison.Ordinal) ? "cedar" : "kestrel",
            Hours = SessionHours.AlwaysOpen,
            TicketFee = id.StartsWith("broker", StringComparison.Ordinal) ? 1 : 0,
            Balances = new(StringComparer.Ordinal) { ["USD"] = 10_000 },
        },
        _clock);
}
