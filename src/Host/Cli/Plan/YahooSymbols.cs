using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Positions;
using Rebalancer.Domain.Placement.Snapshots;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>What <c>--prices yahoo</c> has to ask for.</summary>
internal static class YahooSymbols
{
    private const string Exchange = "exchange";

    /// <returns>Yahoo's symbol by asset, and the currency to price in.</returns>
    public static (SortedDictionary<string, string> Symbols, string Currency) Of(CliContext context, PlanRequest request)
    {
        if (request.Snapshot is null)
        {
            var positions = BrokerCsv.Read(PlanFiles.ReadText(context, request.Positions!), request.Positions!).Select(position => position.Symbol);
            var targets = request.Targets is null or "equal" ? [] : PlanFiles.ReadTargets(context, request.Targets).Keys.ToList();
            var assets = positions.Concat(targets).Distinct().Where(asset => asset != PositionsRequest.BaseCurrency);
            return (Sorted(assets, YahooPlan.ShareOf), PositionsRequest.BaseCurrency);
        }

        var problem = SnapshotReader.Read(PlanFiles.ReadText(context, request.Snapshot), request.Snapshot, DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime));
        return (Sorted(problem.Prices.Keys.Where(asset => asset != problem.BaseCurrency), asset => SymbolOf(asset, problem)), problem.BaseCurrency);
    }

    /// <summary>A pair for what accounts hold as cash, a coin for what only accounts of kind exchange have, else a share.</summary>
    private static string SymbolOf(string asset, PlacementProblem problem)
    {
        var accounts = problem.Accounts.Where(account => account.Holdings.ContainsKey(asset) || account.Markets.Any(market => market.Asset == asset)).ToList();
        return HistoryPlan.IsMoney(asset) || problem.Accounts.Any(account => account.Cash.ContainsKey(asset)) ? YahooPlan.PairOf(asset, problem.BaseCurrency)
            : accounts.Count > 0 && accounts.TrueForAll(account => account.Kind == Exchange) ? YahooPlan.CoinOf(asset)
            : YahooPlan.ShareOf(asset);
    }

    private static SortedDictionary<string, string> Sorted(IEnumerable<string> assets, Func<string, string> symbolOf) =>
        new(assets.ToDictionary(asset => asset, symbolOf), StringComparer.Ordinal);
}
