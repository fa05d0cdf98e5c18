using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Configuration;

/// <summary>Secrets are looked up before anything starts: found missing later, they would look like a venue that is down.</summary>
public static class MissingSecrets
{
    /// <exception cref="CommandException">A secret that the settings refer to is not there.</exception>
    public static void Refuse(RebalancerConfiguration configuration, CliContext context)
    {
        var lines = new List<string>();
        if (configuration.ApiToken is { } token && token.Resolve(context.Variables, out var missing) is null)
        {
            lines.Add($"apiToken: {missing}; put the secret there, or correct the reference");
        }

        if (configuration is { Journal: JournalAddress.Postgres, ClusterToken: { } clusterToken }
            && clusterToken.Resolve(context.Variables, out var absent) is null)
        {
            lines.Add($"clusterToken: {absent}; put the secret there, or correct the reference");
        }

        if (configuration.CredentialsSecret is { } credentials && credentials.Resolve(context.Variables, out var unset) is null)
        {
            lines.Add($"credentialsSecret: {unset}; put the secret there, or correct the reference");
        }

        for (var index = 0; index < configuration.Notifications.Count; index++)
        {
            var receiver = configuration.Notifications[index];
            foreach (var (name, secret) in new[] { ("url", receiver.Url), ("secret", receiver.Secret) })
            {
                if (secret is not null && secret.Resolve(context.Variables, out var problem) is null)
                {
                    lines.Add($"notifications[{index}].{name}: {problem}; put the secret there, or correct the reference");
                }
            }
        }

        foreach (var account in configuration.Accounts)
        {
            foreach (var (name, secret) in account.Credentials)
            {
                if (secret.ResolveCredential(name, context.Variables, out var problem) is null)
                {
                    lines.Add($"accounts[{account.Id}].credentials.{name}: {problem}; put the secret there, or correct the reference");
                }
            }
        }

        if (lines.Count > 0)
        {
            throw CommandException.BadInput(lines);
        }
    }
}
