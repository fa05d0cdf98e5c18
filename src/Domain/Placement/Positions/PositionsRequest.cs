namespace Rebalancer.Domain.Placement.Positions;

/// <summary>What to plan for a broker's positions; money in the base currency.</summary>
public sealed record PositionsRequest
{
    public required IReadOnlyList<BrokerPosition> Positions { get; init; }

    /// <summary>Weight by symbol; the rest to 1 is the cash target.</summary>
    public required SortedDictionary<string, decimal> Targets { get; init; }

    /// <summary>Prices that replace those of the file, and give those of assets that are not held yet.</summary>
    public SortedDictionary<string, decimal> Prices { get; init; } = [];

    /// <summary>New cash by account.</summary>
    public SortedDictionary<string, decimal> Invest { get; init; } = [];

    /// <summary>Cash to take out, by account.</summary>
    public SortedDictionary<string, decimal> Withdraw { get; init; } = [];

    public PlacementObjective Objective { get; init; } = PlacementObjective.Tracking;

    public required DateOnly AsOf { get; init; }

    /// <summary>A broker's file does not say its currency, and nothing is converted; the name is for reading.</summary>
    public const string BaseCurrency = "USD";
}
