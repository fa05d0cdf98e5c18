using System.Globalization;
using System.Text.Json;

namespace Rebalancer.Cluster.World;

/// <summary>The settings files of the nodes: the same portfolios and accounts for all, a name and a port for each.</summary>
/// <param name="Venues">Where the simulated venues are, whose process belongs to the trial.</param>
public sealed record NodeFiles(string Directory, Uri Venues, int Accounts, int PollSeconds, decimal MinTradeValue)
{
    /// <summary>Accounts of one portfolio.</summary>
    private const int AccountsPerPortfolio = 25;

    private static readonly SortedDictionary<string, double> Targets = new(StringComparer.Ordinal)
    {
        ["BTC"] = 0.15, ["ETH"] = 0.1, ["SOL"] = 0.05, ["VTI"] = 0.3, ["BND"] = 0.2, ["VXUS"] = 0.1,
    };

    public static IReadOnlyList<string> AccountIds(int accounts) =>
        [.. Enumerable.Range(1, accounts).Select(number => string.Create(CultureInfo.InvariantCulture, $"{(IsBroker(number) ? "broker" : "exchange")}-{number:000}"))];

    /// <summary>Writes the settings of a node into a directory of its own; gives the file.</summary>
    /// <param name="journal">Address of the database for this node.</param>
    public string Write(string node, int port, string journal)
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(Directory, node)).FullName;
        var path = Path.Combine(directory, "rebalancer.json");
        var ids = AccountIds(Accounts);
        var settings = new
        {
            journal,
            listen = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            node = new { name = node },
            clusterToken = "env:CLUSTER_TOKEN",
            portfolios = ids.Chunk(AccountsPerPortfolio).Select((chunk, index) => Portfolio(index + 1, chunk)),
            accounts = ids.Select((id, index) => Account(id, index + 1)),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(settings));
        return path;
    }

    private object Portfolio(int number, string[] accounts) => new
    {
        id = string.Create(CultureInfo.InvariantCulture, $"portfolio-{number}"),
        baseCurrency = "USD",
        mode = "paper",
        targets = new { method = "fixed", weights = Targets },
        bands = new { absolute = 0.02, relative = 0.2 },
        minTradeValue = MinTradeValue,
        placement = new { objective = "tracking", timeLimitSeconds = 1 },
        orders = new { timeoutSeconds = 30 },
        limits = new { maxDailyTurnover = 100, maxDrawdown = 0.9, maxBalanceAgeSeconds = 60, maxPriceAgeSeconds = new { crypto = 30, equity = 30 } },
        accounts,
    };

    private object Account(string id, int number) => new
    {
        id,
        venue = "simulated",
        endpoint = Venues.ToString(),
        pollSeconds = PollSeconds,
        pricePollSeconds = Math.Max(1, PollSeconds / 3),
        options = OptionsOf(number),
    };

    private static object OptionsOf(int number) => new
    {
        kind = IsBroker(number) ? "broker" : "exchange",
        exchange = IsBroker(number) ? "cedar" : "kestrel",
        hours = "always-open",
        balances = new { USD = 10_000 },
    };

    private static bool IsBroker(int number) => number % 2 == 0;
}
