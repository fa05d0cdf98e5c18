using System.Net;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <summary>What must hold between the parts of the settings.</summary>
internal static class ConfigurationRules
{
    public static void Check(RebalancerConfiguration configuration, JsonFields fields, InputErrors errors)
    {
        CheckListen(configuration, fields);
        CheckUnique(configuration.Accounts.Select(account => account.Id), "accounts", fields);
        CheckUnique(configuration.Portfolios.Select(portfolio => portfolio.Id), "portfolios", fields);
        CheckMembership(configuration, fields, errors);
    }

    public static bool IsLoopback(Uri listen) =>
        listen.Host == "localhost" || (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static void CheckListen(RebalancerConfiguration configuration, JsonFields fields)
    {
        var secured = configuration.Tls is not null && configuration.ApiToken is not null && configuration.Listen.Scheme == "https";
        if (!IsLoopback(configuration.Listen) && !secured)
        {
            fields.Report(
                "listen", $"{configuration.Listen.Host} can be reached from other machines, which needs TLS and a token",
                "listen on 127.0.0.1, or use https with \"tls\" and \"apiToken\"");
        }
        else if (configuration.Listen.Scheme == "https" && configuration.Tls is null)
        {
            fields.Report("listen", "https needs a certificate", "add \"tls\": { \"certificate\": \"file:…\", \"key\": \"file:…\" }");
        }
    }

    private static void CheckUnique(IEnumerable<string> ids, string list, JsonFields fields)
    {
        foreach (var id in ids.GroupBy(id => id).Where(group => group.Count() > 1 && group.Key.Length > 0).Select(group => group.Key))
        {
            fields.Report(list, $"the id \"{id}\" is used twice", "give each its own id");
        }
    }

    /// <summary>An account belongs to at most one portfolio: two coordinators would count and spend the same money.</summary>
    private static void CheckMembership(RebalancerConfiguration configuration, JsonFields fields, InputErrors errors)
    {
        var known = configuration.Accounts.Select(account => account.Id).ToList();
        var owners = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < configuration.Portfolios.Count; index++)
        {
            var portfolio = configuration.Portfolios[index];
            foreach (var id in portfolio.Accounts)
            {
                var path = $"portfolios[{index}].accounts";
                var line = LineOf(fields, index);
                if (!known.Contains(id))
                {
                    var nearest = NearestName.Of(id, known);
                    errors.Add(line, path, $"\"{id}\" is not one of the accounts", nearest is null ? "add it to \"accounts\"" : $"did you mean \"{nearest}\"? Otherwise add it to \"accounts\"");
                }
                else if (!owners.TryAdd(id, portfolio.Id))
                {
                    errors.Add(line, path, $"\"{id}\" already belongs to portfolio \"{owners[id]}\"", "an account belongs to one portfolio: remove it from one of the two");
                }
            }
        }
    }

    private static int LineOf(JsonFields fields, int portfolio) =>
        fields.Items("portfolios")[portfolio] is LocatedObject entry
            ? entry.Members.FirstOrDefault(member => member.Name == "accounts")?.Line ?? entry.Line
            : fields.LineOf("portfolios");
}
