using Microsoft.Extensions.Logging;
using Rebalancer.Host.Api;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Audit;

/// <summary>
/// Measures the portfolios every few seconds while the service runs, for the curve between decisions. What it keeps is bounded: when it is
/// full, every other of its points goes, so that the whole run stays in view, ever more coarsely.
/// </summary>
public sealed class ValueSamples(IServiceOperations operations, ILogger log)
{
    private const int MaxPoints = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _changing = new();
    private readonly SortedDictionary<string, Series> _byPortfolio = new(StringComparer.Ordinal);

    /// <summary>Null when there are several or none yet.</summary>
    public string? OnlyPortfolio
    {
        get
        {
            lock (_changing)
            {
                return _byPortfolio.Count == 1 ? _byPortfolio.Keys.First() : null;
            }
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ValuePoint> Of(string portfolio)
    {
        lock (_changing)
        {
            return _byPortfolio.TryGetValue(portfolio, out var series) ? [.. series.Points] : [];
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken) =>
        Rounds.RunAsync(Interval, wallClock, TakeAsync, log, cancellationToken, atOnce: true);

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        ServiceStatus status;
        try
        {
            status = await operations.GetStatusAsync(cancellationToken);
        }
        catch (TimeoutException late)
        {
            log.LogWarning("The portfolios could not be measured: {Reason}", late.Message);
            return;
        }

        lock (_changing)
        {
            foreach (var portfolio in status.Portfolios)
            {
                if (!_byPortfolio.TryGetValue(portfolio.Id, out var series))
                {
                    _byPortfolio[portfolio.Id] = series = new Series();
                }

                if (portfolio.TotalValue is { } value)
                {
                    series.Add(new ValuePoint(portfolio.At, value, 1 - portfolio.Score, null));
                }
            }
        }
    }

    private sealed class Series
    {
        private int _stride = 1;
        private int _skipped;

        public List<ValuePoint> Points { get; private set; } = [];

        public void Add(ValuePoint point)
        {
            if (++_skipped < _stride)
            {
                return;
            }

            _skipped = 0;
            Points.Add(point);
            if (Points.Count > MaxPoints)
            {
                Points = [.. Points.Where((_, index) => index % 2 == 0)];
                _stride *= 2;
            }
        }
    }
}
