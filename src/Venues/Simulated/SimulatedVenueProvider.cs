using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Venues.Simulated;

/// <summary>Opens accounts whose venue is <c>simulated</c>, over HTTP.</summary>
/// <param name="http">Shared by the accounts; its time-out is that of queries.</param>
/// <param name="endpoint">Where the venues' process is now, for accounts that do not name one themselves.</param>
/// <param name="clock">Shared with the venues.</param>
public sealed class SimulatedVenueProvider(HttpClient http, Func<Uri> endpoint, TimeProvider clock) : IVenueProvider
{
    public string Name => "simulated";

    public void Check(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        SimulatedAccountOptions.Read(account.Options, account.Path + ".options", errors);
        if (account.Endpoint is { } address && !IsAddress(address))
        {
            errors.Add(account.Line, account.Path + ".endpoint", $"\"{address}\" is not where simulated venues could be", "write one as \"http://127.0.0.1:5090/\", or remove it: the service then starts its own");
        }
    }

    public IReadOnlyList<string>? AssetsOf(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var options = SimulatedAccountOptions.Read(account.Options, account.Path + ".options", new InputErrors());
        return [.. SimulatedCatalog.Create(options).Markets.Select(market => market.Market.Asset).Distinct(StringComparer.Ordinal)];
    }

    public IVenue Open(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var errors = new InputErrors();
        var options = SimulatedAccountOptions.Read(account.Options, account.Path + ".options", errors);
        errors.ThrowIfAny(account.Id);
        return account.Endpoint is { } address
            ? new SimulatedVenueClient(http, () => new Uri(address), account.Id, options, clock)
            : Open(account.Id, options);
    }

    public SimulatedVenueClient Open(string account, SimulatedAccountOptions options) => new(http, endpoint, account, options, clock);

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true };
}
