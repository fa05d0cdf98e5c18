using Rebalancer.Domain.Portfolios;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Host.Backtest;

/// <summary>Plays a history: through the portfolio as a whole, and beside it through each account by itself.</summary>
public static class BacktestRun
{
    /// <param name="createSolver">One for each world; they run side by side.</param>
    /// <param name="progress">Told the share that is done.</param>
    public static async Task<BacktestResult> RunAsync(
        BacktestInput input, Func<HighsSolver> createSolver, Action<double> progress, CancellationToken cancellationToken)
    {
        var naive = NaivePlan.Of(input.Prepared, input.Accounts);

        // Accounts by themselves have nothing to do with each other: each has a world of its own, and sleeps when its own orders are over.
        List<World> worlds = [new World(input, [input.Prepared], progress)];
        worlds.AddRange(naive.Count == 0 ? [] : input.Accounts.Select(account => new World(
            input with { Accounts = [account] }, [.. naive.Where(portfolio => portfolio.Accounts.Contains(account.Id))], _ => { })));
        var played = new PlayedHistory[worlds.Count];
        await Parallel.ForAsync(0, worlds.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, (index, token) =>
        {
            played[index] = Play(worlds[index], createSolver, token);
            return ValueTask.CompletedTask;
        });
        return BacktestResult.Of(input, played[0], HoldFrom(input, played[0]), naive.Count == 0 ? null : PlayedHistory.Together(played[1..]));
    }

    private static PlayedHistory Play(World played, Func<HighsSolver> createSolver, CancellationToken cancellationToken)
    {
        var (input, portfolios, progress) = played;
        using var solver = createSolver();
        using var world = new BacktestWorld(input, portfolios, solver);
        var samples = new List<BacktestSample>();
        SortedDictionary<string, SortedDictionary<string, decimal>>? invested = null;
        world.Start();
        for (var row = input.FirstRow; row <= input.LastRow; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (wakes, isSlot) = input.At(row);
            if (wakes)
            {
                world.LookAt(input.Prices.Due[row], isSlot);
            }

            var holdings = world.Venues.Holdings();
            invested ??= world.Venues.Fills.Count > 0 ? holdings : null;
            samples.Add(Sample(input, row, holdings));
            progress((double)(row - input.FirstRow + 1) / (input.LastRow - input.FirstRow + 1));
        }

        return new PlayedHistory(samples, world.Decisions, world.Venues.Fills, world.Halts, invested);
    }

    /// <summary>What the first investment would have come to, had nothing been traded after it.</summary>
    private static PlayedHistory HoldFrom(BacktestInput input, PlayedHistory played)
    {
        var first = played.Fills.Count == 0 ? input.LastRow + 1 : input.Prices.RowAt(played.Fills[0].At);
        var samples = played.Samples.Select((sample, index) => input.FirstRow + index < first || played.Invested is null
            ? sample
            : Sample(input, input.FirstRow + index, played.Invested)).ToList();
        var end = played.Fills.Count == 0 ? DateTimeOffset.MinValue : input.Prices.Due[first] + TimeSpan.FromHours(3);
        return new PlayedHistory(samples, [], [.. played.Fills.Where(fill => fill.At <= end)], [], played.Invested);
    }

    private static BacktestSample Sample(BacktestInput input, int row, SortedDictionary<string, SortedDictionary<string, decimal>> holdings)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, quantity) in holdings.Values.SelectMany(account => account))
        {
            var price = asset == input.Portfolio.BaseCurrency ? 1 : input.Prices.InRow(asset, input.Prices.LastPriced(asset, row)) ?? 0;
            values[asset] = values.GetValueOrDefault(asset) + (quantity * price);
        }

        return new BacktestSample(input.Prices.Rows[row], values.Values.Sum(), values);
    }

    private sealed record World(BacktestInput Input, IReadOnlyList<PortfolioSettings> Portfolios, Action<double> Progress);
}
