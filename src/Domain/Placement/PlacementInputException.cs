namespace Rebalancer.Domain.Placement;

/// <summary>A placement problem contradicts itself or lacks something; the message says the field, what is wrong and what to do.</summary>
public sealed class PlacementInputException(string field, string problem) : Exception($"{field}: {problem}")
{
    public string Field { get; } = field;
}
