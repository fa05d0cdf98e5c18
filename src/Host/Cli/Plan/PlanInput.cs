using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Positions;
using Rebalancer.Domain.Placement.Snapshots;
using Rebalancer.Domain.Weights;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>Makes a task of what was asked for: reads the files, and refuses what does not go together.</summary>
internal static class PlanInput
{
    /// <summary>The same, with Yahoo's prices asked for before where the request wants them.</summary>
    public static async Task<PlanTask> ReadAsync(CliContext context, PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Prices != YahooLastPrices.Word || request.Snapshot is null == request.Positions is null)
        {
            return Read(context, request);
        }

        var (symbols, currency) = YahooSymbols.Of(context, request);
        return Read(context, request with { KnownPrices = await YahooLastPrices.ReadAsync(context, symbols, currency, cancellationToken) });
    }

    public static PlanTask Read(CliContext context, PlanRequest request)
    {
        if (request.Snapshot is null == request.Positions is null)
        {
            throw CommandException.BadInput(request.Snapshot is null
                ? "plan: no input; give a snapshot file, or --positions with a broker's CSV (see 'rebalancer plan --help')"
                : "plan: both a snapshot and --positions are given; give one of them");
        }

        var objective = request.Objective is null ? (PlacementObjective?)null : ReadObjective(request.Objective);
        var prices = request.KnownPrices ?? (request.Prices is null ? [] : LastPrices.Read(PlanFiles.ReadText(context, request.Prices), request.Prices));
        try
        {
            var task = request.Snapshot is not null ? FromSnapshot(context, request, objective, prices) : FromPositions(context, request, objective, prices);
            return task with { Problem = Narrowed(task.Problem, request) };
        }
        catch (WeightException exception)
        {
            throw CommandException.BadInput($"--targets: {exception.Message}", exception);
        }
    }

    /// <summary>What the command line asks for besides: narrower or wider bands and larger trades than the file.</summary>
    private static PlacementProblem Narrowed(PlacementProblem problem, PlanRequest request)
    {
        if (request.Increment is not null && (request.Threshold ?? request.MinTrade ?? request.Band) is not null)
        {
            throw CommandException.BadInput("--increment: hands out whole steps and knows no --threshold, --min-trade or --band; leave them out");
        }

        return (problem with
        {
            Band = request.Band is null ? problem.Band : Share("--band", request.Band),
            Threshold = request.Threshold is null ? problem.Threshold : Share("--threshold", request.Threshold),
        }).WithLeastTrade(request.MinTrade is null ? 0 : Amount("--min-trade", request.MinTrade));
    }

    private static decimal Share(string option, string text) =>
        DecimalText.TryParse(text, out var share) && share is >= 0 and <= 1
            ? share
            : throw CommandException.BadInput($"{option}: must be a share from 0 to 1, is \"{text}\"; write 0.05 for 5 %");

    private static PlanTask FromSnapshot(CliContext context, PlanRequest request, PlacementObjective? objective, SortedDictionary<string, decimal> prices)
    {
        foreach (var (name, given) in new[]
        {
            ("--targets", request.Targets is not null), ("--invest", request.Invest.Count > 0), ("--withdraw", request.Withdraw.Count > 0),
            ("--increment", request.Increment is not null),
        })
        {
            if (given)
            {
                throw CommandException.BadInput($"{name}: goes with --positions; in a snapshot write it into the file");
            }
        }

        var today = DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime);
        var problem = SnapshotReader.Read(PlanFiles.ReadText(context, request.Snapshot!), request.Snapshot!, today);
        var known = new SortedDictionary<string, decimal>(problem.Prices, StringComparer.Ordinal);
        foreach (var (asset, price) in prices.Where(entry => problem.Prices.ContainsKey(entry.Key)))
        {
            known[asset] = price;
        }

        return new PlanTask(problem with { Objective = objective ?? problem.Objective, Prices = known }, FromPositions: false);
    }

    private static PlanTask FromPositions(CliContext context, PlanRequest request, PlacementObjective? objective, SortedDictionary<string, decimal> prices)
    {
        var positions = BrokerCsv.Read(PlanFiles.ReadText(context, request.Positions!), request.Positions!);
        var accounts = positions.Select(position => position.Account).Distinct().ToList();
        var filled = new PositionsRequest
        {
            Positions = positions,
            Targets = ReadTargets(context, request.Targets, positions, prices),
            Prices = prices,
            Invest = Money("--invest", request.Invest, accounts),
            Withdraw = Money("--withdraw", request.Withdraw, accounts),
            Objective = objective ?? PlacementObjective.Tracking,
            AsOf = DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime),
        };
        var problem = PositionsProblem.Create(filled);
        CheckWithdrawals(problem);
        return request.Increment is null
            ? new PlanTask(problem, FromPositions: true)
            : new PlanTask(problem, FromPositions: true, Increments(request.Increment, filled, problem));
    }

    private static Func<Domain.Placement.Plan> Increments(string text, PositionsRequest request, PlacementProblem problem)
    {
        var step = Amount("--increment", text);
        var (invest, withdraw) = (request.Invest.Values.Sum(), request.Withdraw.Values.Sum());
        if (problem.Accounts.Count > 1)
        {
            throw CommandException.BadInput("--increment: hands money out in one account; give a file with one");
        }

        if (invest > 0 == withdraw > 0)
        {
            throw CommandException.BadInput("--increment: needs money to hand out or to take out; give --invest X or --withdraw X, and not both");
        }

        var amount = invest > 0 ? invest : withdraw;
        if (amount / step > 1_000_000)
        {
            throw CommandException.BadInput($"--increment: makes more than a million steps of {DecimalText.Format(amount)}; give a larger step");
        }

        return () => IncrementStrategy.Plan(problem, request.Positions, amount, step, invest > 0 ? TradeSide.Buy : TradeSide.Sell);
    }

    private static SortedDictionary<string, decimal> ReadTargets(
        CliContext context, string? targets, IReadOnlyList<BrokerPosition> positions, SortedDictionary<string, decimal> prices)
    {
        var held = positions.Select(position => position.Symbol).Where(symbol => symbol != PositionsRequest.BaseCurrency).Distinct().ToList();
        if (targets is null or "equal")
        {
            var weights = new SortedDictionary<string, decimal>();
            foreach (var (symbol, weight) in new EqualWeights().Compute(new WeightRequest(held, [])).ByAsset)
            {
                weights[symbol] = weight;
            }

            return weights;
        }

        var read = PlanFiles.ReadTargets(context, targets);
        foreach (var symbol in read.Keys)
        {
            if (symbol == PositionsRequest.BaseCurrency)
            {
                throw CommandException.BadInput($"{targets}: {symbol}: is the base currency; leave it out: what the weights leave of 1 is the cash target");
            }

            if (!held.Contains(symbol) && !prices.ContainsKey(symbol))
            {
                var nearest = NearestName.Of(symbol, held);
                throw CommandException.BadInput($"{targets}: {symbol}: is not held and has no price; did you mean \"{nearest}\"? Otherwise give its price with --prices");
            }
        }

        return read;
    }

    private static PlacementObjective ReadObjective(string text)
    {
        foreach (var (word, meaning) in SnapshotReader.ObjectiveWords)
        {
            if (word == text)
            {
                return meaning;
            }
        }

        throw CommandException.BadInput($"--objective: \"{text}\" is not known; use {string.Join(", ", SnapshotReader.ObjectiveWords.Select(entry => entry.Word))}");
    }

    private static SortedDictionary<string, decimal> Money(string option, IReadOnlyList<string> texts, List<string> accounts)
    {
        var money = new SortedDictionary<string, decimal>();
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            if (parts.Length == 1 && accounts.Count > 1)
            {
                throw CommandException.BadInput($"{option}: the file has {accounts.Count} accounts; write {option} {accounts[0]}={text}");
            }

            var account = parts.Length == 1 ? accounts[0] : parts[0];
            if (!accounts.Contains(account))
            {
                throw CommandException.BadInput($"{option}: \"{account}\" is not an account of the file; did you mean \"{NearestName.Of(account, accounts)}\"?");
            }

            if (!money.TryAdd(account, Amount(option, parts[^1])))
            {
                throw CommandException.BadInput($"{option}: is given twice for {account}; add the two up");
            }
        }

        return money;
    }

    private static decimal Amount(string option, string text) =>
        DecimalText.TryParse(text, out var amount) && amount is > 0 and <= 1e15m
            ? amount
            : throw CommandException.BadInput($"{option}: must be an amount above 0, is \"{text}\"; write it as 5000 or 5000.50");

    private static void CheckWithdrawals(PlacementProblem problem)
    {
        foreach (var account in problem.Accounts)
        {
            var wanted = problem.Withdraw.GetValueOrDefault(account.Id);
            var worth = account.Cash.Values.Sum() + account.Holdings.Sum(holding => holding.Value * problem.Prices[holding.Key]);
            if (wanted > worth)
            {
                throw CommandException.BadInput($"--withdraw: {DecimalText.Format(wanted)} is more than {account.Id} is worth, {worth:0.##}; take out less");
            }
        }
    }
}
