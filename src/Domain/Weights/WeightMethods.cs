namespace Rebalancer.Domain.Weights;

/// <summary>The known methods by name.</summary>
public static class WeightMethods
{
    private static readonly SortedDictionary<string, IWeightMethod> ByName =
        new(new IWeightMethod[] { new FixedWeights(), new EqualWeights() }.ToDictionary(method => method.Name), StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <exception cref="WeightException">No method of that name; the message lists the known ones.</exception>
    public static TargetWeights Compute(string method, WeightRequest request) => ByName.TryGetValue(method, out var found)
        ? found.Compute(request)
        : throw new WeightException($"no method \"{method}\"; known are {string.Join(", ", ByName.Keys)}");
}
