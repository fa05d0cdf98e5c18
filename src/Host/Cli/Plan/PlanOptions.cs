using System.CommandLine;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>The options of <c>rebalancer plan</c> as they stand on the command line.</summary>
internal sealed class PlanOptions
{
    public Argument<string?> Snapshot { get; } = new("SNAPSHOT.json")
    {
        Description = "Snapshot of all accounts; its fields are described in docs and examples",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Positions { get; } = new("--positions")
    {
        Description = "A broker's CSV instead: Symbol,PositionValue,MarkPrice[,FifoPnlUnrealized][,Account]", HelpName = "POSITIONS.csv",
    };

    public Option<string?> Targets { get; } = new("--targets") { Description = "equal (default), or a JSON file { \"SYMBOL\": weight, … }", HelpName = "equal|FILE" };

    public Option<string[]> Invest { get; } = new("--invest") { Description = "New cash; with several accounts as ACCOUNT=X", HelpName = "[ACCOUNT=]X" };

    public Option<string[]> Withdraw { get; } = new("--withdraw") { Description = "Cash to take out; with several accounts as ACCOUNT=X", HelpName = "[ACCOUNT=]X" };

    public Option<string?> Increment { get; } = new("--increment")
    {
        Description = "Hand the money out in steps of X to the most underweight, or take it from the most overweight; shares rounded down", HelpName = "X",
    };

    public Option<string?> Objective { get; } = new("--objective")
    {
        Description = "What to strive for; overrides the snapshot's", HelpName = "tracking|buy-only|sell-only|fewest-trades|simple",
    };

    public Option<string?> Band { get; } = new("--band") { Description = "For fewest-trades: how far a weight may stay from its target, as 0.02", HelpName = "SHARE" };

    public Option<string?> Threshold { get; } = new("--threshold")
    {
        Description = "Trade only what is further from its target than this share of the value, as 0.05", HelpName = "SHARE",
    };

    public Option<string?> MinTrade { get; } = new("--min-trade") { Description = "Smallest trade worth making, in base currency", HelpName = "X" };

    public Option<string?> Prices { get; } = new("--prices") { Description = "Last prices that replace the input's: 'yahoo', or a price CSV (date, one column an asset)", HelpName = "yahoo|FILE" };

    public Option<bool> Explain { get; } = new("--explain") { Description = "Say why each trade is made and why others are not" };

    public Option<bool> ExitCodeOption { get; } = new("--exit-code") { Description = "End with 3 when the plan has trades" };

    public Option<bool> Interactive { get; } = new("--interactive", "-i") { Description = "Ask for what is not given; needs a terminal" };

    public void AddTo(Command command)
    {
        command.Add(Snapshot);
        foreach (var option in new Option[] { Positions, Targets, Invest, Withdraw, Increment, Objective, Band, Threshold, MinTrade, Prices, Explain, ExitCodeOption, Interactive })
        {
            command.Add(option);
        }
    }

    public PlanRequest Read(ParseResult parse) => new()
    {
        Snapshot = parse.GetValue(Snapshot),
        Positions = parse.GetValue(Positions),
        Targets = parse.GetValue(Targets),
        Invest = parse.GetValue(Invest) ?? [],
        Withdraw = parse.GetValue(Withdraw) ?? [],
        Increment = parse.GetValue(Increment),
        Objective = parse.GetValue(Objective),
        Band = parse.GetValue(Band),
        Threshold = parse.GetValue(Threshold),
        MinTrade = parse.GetValue(MinTrade),
        Prices = parse.GetValue(Prices),
    };
}

/// <summary>What was asked for, as text: from options, or from the answers of a conversation.</summary>
internal sealed record PlanRequest
{
    public string? Snapshot { get; init; }

    public string? Positions { get; init; }

    public string? Targets { get; init; }

    public IReadOnlyList<string> Invest { get; init; } = [];

    public IReadOnlyList<string> Withdraw { get; init; } = [];

    public string? Increment { get; init; }

    public string? Objective { get; init; }

    public string? Band { get; init; }

    public string? Threshold { get; init; }

    public string? MinTrade { get; init; }

    public string? Prices { get; init; }

    /// <summary>By asset, where <see cref="Prices"/> names no file.</summary>
    public SortedDictionary<string, decimal>? KnownPrices { get; init; }
}

/// <summary>A problem ready to plan; with <see cref="Increment"/> by hand-out in steps instead of an optimum.</summary>
internal sealed record PlanTask(PlacementProblem Problem, bool FromPositions, Func<Domain.Placement.Plan>? Increment = null);
