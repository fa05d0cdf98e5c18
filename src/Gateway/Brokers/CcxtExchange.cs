using System.Reflection;
using Rebalancer.Domain.Common;

namespace Rebalancer.Gateway.Brokers;

/// <summary>An exchange as ccxt knows it, told before any process runs.</summary>
/// <param name="Credentials">Names that an account there must give.</param>
/// <param name="SubmitsPerSecond">What ccxt's own rate for the exchange allows, at most ten.</param>
internal sealed record CcxtExchange(
    string Id, string Name, IReadOnlyList<string> Credentials, bool HasSandbox, bool FindsByClientId, bool ReportsTransfers, bool SandboxReportsTransfers,
    bool SupportsMarketOrders, bool SupportsImmediateOrCancel, bool SupportsGoodTilDate, decimal SubmitsPerSecond)
{
    private const string Resource = "Rebalancer.Gateway.Brokers.ccxt-exchanges.json";

    /// <summary>Every exchange with spot markets, by id; made by <c>node/brokers/ccxt/list.mjs</c>.</summary>
    public static IReadOnlyDictionary<string, CcxtExchange> All { get; } = Read();

    private static SortedDictionary<string, CcxtExchange> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is not part of the program");
        using var reader = new StreamReader(stream);
        var exchanges = CanonicalJson.Read<IReadOnlyList<CcxtExchange>>(reader.ReadToEnd());
        return new SortedDictionary<string, CcxtExchange>(exchanges.ToDictionary(exchange => exchange.Id), StringComparer.Ordinal);
    }
}
