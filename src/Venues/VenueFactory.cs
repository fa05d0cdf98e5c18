using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Venues;

/// <summary>What the settings say about an account's venue.</summary>
/// <param name="Venue">As written: <c>simulated</c>, or a venue and its variant such as <c>ccxt:kraken</c>.</param>
/// <param name="Endpoint">Overrides the venue's base address; null is its own.</param>
/// <param name="Credentials">Resolved secrets by name; empty texts while settings are only checked.</param>
/// <param name="Options">The venue's own settings, with their lines.</param>
/// <param name="Path">Of the account in its file, for errors.</param>
public sealed record VenueAccount(
    string Id, string Venue, string? Endpoint, IReadOnlyDictionary<string, string> Credentials, LocatedObject? Options, string Path, int Line)
{
    /// <summary>Where relative file names in <see cref="Options"/> start from: the directory of the settings file.</summary>
    public string Directory { get; init; } = "";

    /// <summary>
    /// What the account is to trade, as of now: the settings' <c>assets</c>, else what its portfolio aims at; null for all the venue lists. For
    /// venues that list too much to ask for, or have no list.
    /// </summary>
    public Func<IReadOnlyList<string>?> WantedAssets { get; init; } = () => null;

    /// <summary>Of the account's portfolio: unless it is live, nothing is sent to a live system.</summary>
    public TradingMode Mode { get; init; } = TradingMode.Paper;
}

/// <summary>Opens accounts of one kind of venue.</summary>
public interface IVenueProvider
{
    /// <summary>What stands before the colon in the settings' <c>venue</c>.</summary>
    string Name { get; }

    /// <summary>Reports what is wrong with the account's settings, without reaching the venue.</summary>
    void Check(VenueAccount account, InputErrors errors);

    /// <summary>Assets the venue lists for the account, without reaching it; null when only the venue itself can say.</summary>
    IReadOnlyList<string>? AssetsOf(VenueAccount account);

    /// <summary>The account's venue; reaching it is left to the first query.</summary>
    IVenue Open(VenueAccount account);
}

/// <summary>Opens any account by the venue its settings name.</summary>
public sealed class VenueFactory(IReadOnlyList<IVenueProvider> providers)
{
    /// <summary>Reports an unknown venue, or what its provider finds wrong.</summary>
    public void Check(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(errors);
        if (Find(account) is { } provider)
        {
            provider.Check(account, errors);
            return;
        }

        var names = providers.Select(known => known.Name).ToList();
        errors.Add(
            account.Line, account.Path + ".venue", $"\"{account.Venue}\" is not a known venue",
            $"did you mean \"{NearestName.Of(account.Venue.Split(':')[0], names)}\"? Known are {string.Join(", ", names)}");
    }

    /// <inheritdoc cref="IVenueProvider.AssetsOf"/>
    public IReadOnlyList<string>? AssetsOf(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return Find(account)?.AssetsOf(account);
    }

    /// <exception cref="InvalidOperationException">The venue is not known; <see cref="Check"/> comes first.</exception>
    public IVenue Open(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var provider = Find(account) ?? throw new InvalidOperationException($"{account.Path}: \"{account.Venue}\" is not a known venue.");
        return provider.Open(account);
    }

    private IVenueProvider? Find(VenueAccount account)
    {
        var name = account.Venue.Split(':')[0];
        return providers.FirstOrDefault(provider => provider.Name == name);
    }
}
