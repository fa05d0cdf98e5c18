using System.Net;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>What the settings of accounts at different brokers have in common.</summary>
internal static class BrokerSettings
{
    /// <summary>What stands after the colon of <c>venue</c>; null after reporting that it is none of those there are.</summary>
    public static string? Variant(VenueAccount account, IReadOnlyList<string> variants, InputErrors errors)
    {
        var parts = account.Venue.Split(':', 2);
        if (parts.Length == 2 && variants.Contains(parts[1]))
        {
            return parts[1];
        }

        errors.Add(
            account.Line, account.Path + ".venue", $"\"{account.Venue}\" does not say which",
            $"write {string.Join(" or ", variants.Select(variant => $"\"{parts[0]}:{variant}\""))}");
        return null;
    }

    public static void RequireCredentials(VenueAccount account, IReadOnlyList<string> names, InputErrors errors)
    {
        foreach (var missing in names.Where(name => !account.Credentials.ContainsKey(name)))
        {
            errors.Add(
                account.Line, $"{account.Path}.credentials.{missing}", "is missing",
                $"add \"credentials\": {{ {string.Join(", ", names.Select(name => $"\"{name}\": \"env:NAME\""))} }}");
        }

        foreach (var unknown in account.Credentials.Keys.Where(name => !names.Contains(name)))
        {
            errors.Add(account.Line, $"{account.Path}.credentials.{unknown}", "is not a known field", $"did you mean \"{NearestName.Of(unknown, names)}\"? Otherwise remove it");
        }
    }

    /// <summary>An address that takes the place of the venue's own. Secrets go there, so beyond this machine it must be encrypted.</summary>
    public static void CheckWebEndpoint(VenueAccount account, InputErrors errors)
    {
        if (account.Endpoint is not { } text)
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || (endpoint.Scheme != "https" && endpoint.Scheme != "http"))
        {
            errors.Add(account.Line, account.Path + ".endpoint", $"\"{text}\" is not a web address", "write it as \"https://host:port\"");
        }
        else if (endpoint.Scheme == "http" && !IsLoopback(endpoint))
        {
            errors.Add(account.Line, account.Path + ".endpoint", "would send credentials unencrypted", "use https; http is for this machine only");
        }
    }

    /// <summary>Fields of the options; an account without options has none.</summary>
    public static JsonFields Options(VenueAccount account, InputErrors errors) =>
        JsonFields.Of(account.Options ?? new LocatedObject(account.Line, []), account.Path + ".options", errors)!;

    private static bool IsLoopback(Uri endpoint) =>
        endpoint.Host == "localhost" || (IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
