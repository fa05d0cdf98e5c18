using System.Text.Json;

namespace Rebalancer.Bench.Placement;

/// <summary>The best plan and the best bound known of one portfolio, found by long runs; money in base currency.</summary>
/// <param name="How">What the run that gave the bound did.</param>
internal sealed record KnownResult(int Accounts, int Assets, int Seed, int WashSaleDays, double? Objective, double? Bound, string? How = null)
{
    public bool IsOf(int accounts, int assets, int seed, int washSaleDays) =>
        (Accounts, Assets, Seed, WashSaleDays) == (accounts, assets, seed, washSaleDays);

    /// <summary>The better plan and the better bound of two runs.</summary>
    public KnownResult BetterOf(KnownResult other) => this with
    {
        Objective = Math.Min(Objective ?? double.PositiveInfinity, other.Objective ?? double.PositiveInfinity),
        Bound = Math.Max(Bound ?? double.NegativeInfinity, other.Bound ?? double.NegativeInfinity),
        How = (other.Bound ?? double.NegativeInfinity) > (Bound ?? double.NegativeInfinity) ? other.How : How,
    };
}

/// <summary>The file known.json beside this one: what is known of the bench's portfolios.</summary>
internal static class KnownResults
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = false };

    /// <summary>The file in the sources, where a long run is started in the repository's folder.</summary>
    private static readonly string Source = Path.Combine("bench", "Placement", "known.json");

    public static KnownResult? Find(int accounts, int assets, int seed, int washSaleDays) =>
        Read(Path.Combine(AppContext.BaseDirectory, "Placement", "known.json")).Find(result => result.IsOf(accounts, assets, seed, washSaleDays));

    /// <summary>Keeps a result in the sources, or what of the one there is better; a result a line.</summary>
    public static KnownResult Store(KnownResult result)
    {
        var all = Read(Source);
        var known = all.Find(other => other.IsOf(result.Accounts, result.Assets, result.Seed, result.WashSaleDays));
        var best = known is null ? result : known.BetterOf(result);
        var lines = all.Where(other => other != known).Append(best)
            .OrderBy(other => (long)other.Accounts * other.Assets).ThenBy(other => other.Accounts).ThenBy(other => other.Seed).ThenBy(other => other.WashSaleDays)
            .Select(other => JsonSerializer.Serialize(other, Json));
        File.WriteAllText(Source, $"[\n{string.Join(",\n", lines)}\n]\n");
        return best;
    }

    private static List<KnownResult> Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<List<KnownResult>>(File.ReadAllText(path), Json) ?? [] : [];
}
