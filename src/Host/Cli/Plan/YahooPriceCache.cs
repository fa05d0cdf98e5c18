using System.Text.Json;
using Rebalancer.Domain.Common;

namespace Rebalancer.Host.Cli.Plan;

/// <param name="At">When Yahoo dated it.</param>
internal sealed record KeptPrice(decimal Price, DateTimeOffset At);

/// <summary>
/// Last prices of earlier runs, in the user's cache directory: <c>plan</c> works without settings, and so without a journal to keep them in.
/// </summary>
internal sealed class YahooPriceCache
{
    private readonly string _path;
    private readonly SortedDictionary<string, KeptPrice> _prices;

    private YahooPriceCache(string path, SortedDictionary<string, KeptPrice> prices) => (_path, _prices) = (path, prices);

    /// <summary>A file that is missing or cannot be read holds nothing: it is a cache.</summary>
    public static YahooPriceCache Open(CliContext context)
    {
        var root = context.Variables.GetValueOrDefault("XDG_CACHE_HOME") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var path = Path.Combine(root, "rebalancer", "yahoo-prices.json");
        try
        {
            return new YahooPriceCache(path, File.Exists(path) ? CanonicalJson.Read<SortedDictionary<string, KeptPrice>>(File.ReadAllText(path)) : []);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            context.Error.WriteLine($"{path}: prices of earlier runs cannot be read and are left out: {unreadable.Message}");
            return new YahooPriceCache(path, []);
        }
    }

    public KeptPrice? Find(string symbol, string currency) => _prices.GetValueOrDefault($"{symbol} {currency}");

    public void Keep(string symbol, string currency, decimal price, DateTimeOffset at) => _prices[$"{symbol} {currency}"] = new KeptPrice(price, at);

    /// <summary>Whole or not at all: another run may be reading it.</summary>
    public void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var written = $"{_path}.{Environment.ProcessId}";
        File.WriteAllText(written, CanonicalJson.Write(_prices));
        File.Move(written, _path, overwrite: true);
    }
}
