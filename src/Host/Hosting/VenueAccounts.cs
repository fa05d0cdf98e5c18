using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>Turns an account of the settings into what a venue needs of it, its secrets looked up.</summary>
public static class VenueAccounts
{
    /// <param name="stored">What is stored for the account in the journal's database; null where it has no part in that.</param>
    /// <exception cref="CommandException">A secret is not where the settings say.</exception>
    public static VenueAccount Describe(
        AccountConfiguration account, IReadOnlyDictionary<string, string> variables, IReadOnlyDictionary<string, string>? stored = null)
    {
        var credentials = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, secret) in account.Credentials)
        {
            credentials[name] = secret.Stored is { } row && stored is not null
                ? stored.GetValueOrDefault(row)
                    ?? throw CommandException.BadInput($"accounts[{account.Id}].credentials.{name}: the journal's database has no {secret}; remove the account and add it again")
                : secret.ResolveCredential(name, variables, out var problem)
                    ?? throw CommandException.BadInput($"accounts[{account.Id}].credentials.{name}: {problem}; put the secret there, or correct the reference");
        }

        return new VenueAccount(account.Id, account.Venue, account.Endpoint, credentials, account.Options, $"accounts[{account.Id}]", account.Line)
        {
            Directory = account.Directory,
        };
    }

    /// <summary>For what needs to know the venue and not to reach it: the credentials' names alone.</summary>
    /// <param name="path">Of the account, as <c>accounts[2]</c>.</param>
    public static VenueAccount DescribeWithoutSecrets(AccountConfiguration account, string path)
    {
        ArgumentNullException.ThrowIfNull(account);
        var names = new SortedDictionary<string, string>(account.Credentials.ToDictionary(secret => secret.Key, _ => ""), StringComparer.Ordinal);
        return new VenueAccount(account.Id, account.Venue, account.Endpoint, names, account.Options, path, account.Line) { Directory = account.Directory };
    }
}
