using System.Collections.Concurrent;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Weights;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Web;

/// <summary>Risk of the portfolios. A year of daily prices changes little in an hour, and venues are not asked for it at every look.</summary>
public sealed class RiskDesk(IServiceOperations operations, TimeProvider clock)
{
    private const int LookbackDays = 365;
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (long At, Task<PriceHistory> History)> _histories = new(StringComparer.Ordinal);

    public async Task<RiskView> MeasureAsync(PortfolioView portfolio, CancellationToken cancellationToken)
    {
        var answer = await HistoryAsync(portfolio.Id).WaitAsync(cancellationToken);
        if (answer.History is not { } history)
        {
            return new RiskView(portfolio.Id, null, answer.Problems);
        }

        try
        {
            var report = RiskReport.Measure(
                history.ToTable(), history.Frame.PeriodsAYear(history.NeverCloses),
                [
                    ("Target", Weights(portfolio, asset => asset.Target)),
                    ("Now", Weights(portfolio, asset => asset.Weight)),
                    ("After the plan", Weights(portfolio, asset => asset.Planned ?? asset.Weight)),
                ]);
            return new RiskView(portfolio.Id, report, answer.Problems);
        }
        catch (WeightException little)
        {
            return new RiskView(portfolio.Id, null, [little.Message]);
        }
    }

    private static SortedDictionary<string, double> Weights(PortfolioView portfolio, Func<AssetWeightView, double> weight) =>
        new(portfolio.Assets.ToDictionary(asset => asset.Asset, weight, StringComparer.Ordinal), StringComparer.Ordinal);

    private Task<PriceHistory> HistoryAsync(string portfolio)
    {
        var entry = _histories.AddOrUpdate(portfolio, Ask, (id, known) => IsStale(known) ? Ask(id) : known);
        return entry.History;

        // Not cancelled with the page that asked first: others wait for the same answer.
        (long, Task<PriceHistory>) Ask(string id) => (clock.GetTimestamp(), operations.GetPriceHistoryAsync(id, LookbackDays, CancellationToken.None));
    }

    private bool IsStale((long At, Task<PriceHistory> History) known)
    {
        var age = clock.GetElapsedTime(known.At);
        var failed = known.History.IsFaulted || known.History is { IsCompletedSuccessfully: true, Result.History: null };
        return known.History.IsCompleted && age > (failed ? RetryAfter : Fresh);
    }
}
