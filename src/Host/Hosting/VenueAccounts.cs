using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>Turns an account of the settings into what a venue needs of it, its secrets looked up.</summary>
public static class VenueAccounts
{
    /// <exception cref="CommandException">A secret is not where the settings say.</exception>
    public static VenueAccount Describe(AccountConfiguration account, IReadOnlyDictionary<string, string> variables)
    {
        var credentials = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, secret) in account.Credentials)
        {
            credentials[name] = secret.ResolveCredential(name, variables, out var problem)
                ?? throw CommandException.BadInput($"accounts[{account.Id}].credentials.{name}: {problem}; put the secret there, or correct the reference");
        }

        return new VenueAccount(account.Id, account.Venue, account.Endpoint, credentials, account.Options, $"accounts[{account.Id}]", account.Line)
        {
            Directory = account.Directory,
        };
    }
}
