using System.Text.Json;

namespace Rebalancer.Bench.Placement;

/// <summary>The best plan and the best bound known of one portfolio, found by long runs; money in base currency.</summary>
internal sealed record KnownResult(int Accounts, int Assets, int Seed, int WashSaleDays, double? Objective, double? Bound);

/// <summary>The file known.json beside this one: what is known of the bench's portfolios.</summary>
internal static class KnownResults
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = false };

    public static KnownResult? Find(int accounts, int assets, int seed, int washSaleDays) =>
        Read(ReadFile()).Find(result => (result.Accounts, result.Assets, result.Seed, result.WashSaleDays) == (accounts, assets, seed, washSaleDays));

    private static List<KnownResult> Read(string text) => JsonSerializer.Deserialize<List<KnownResult>>(text, Json) ?? [];

    private static string ReadFile()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Placement", "known.json");
        return File.Exists(path) ? File.ReadAllText(path) : "[]";
    }
}
