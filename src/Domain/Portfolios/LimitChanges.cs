using System.Globalization;

namespace Rebalancer.Domain.Portfolios;

/// <summary>Which limits a change of settings loosens: what an owner must be able to find in the journal with who and why.</summary>
public static class LimitChanges
{
    /// <summary>A sentence for every loosened limit; empty when none is.</summary>
    public static IReadOnlyList<string> Loosened(LimitSettings before, LimitSettings after)
    {
        var changes = new List<string>();
        void Compare(string field, decimal? was, decimal? now)
        {
            if (was is not null && (now is null || now > was))
            {
                changes.Add($"{field} from {Text(was)} to {Text(now)}");
            }
        }

        Compare("maxOrderNotional", before.MaxOrderNotional, after.MaxOrderNotional);
        Compare("maxDailyTurnover", before.MaxDailyTurnover, after.MaxDailyTurnover);
        Compare("maxDrawdown", before.MaxDrawdown, after.MaxDrawdown);
        Compare("maxBalanceAgeSeconds", before.MaxBalanceAgeSeconds, after.MaxBalanceAgeSeconds);
        Compare("maxPriceAgeSeconds.crypto", before.MaxCryptoPriceAgeSeconds, after.MaxCryptoPriceAgeSeconds);
        Compare("maxPriceAgeSeconds.equity", before.MaxEquityPriceAgeSeconds, after.MaxEquityPriceAgeSeconds);
        Compare("maxFrozenAgeSeconds", before.MaxFrozenAgeSeconds, after.MaxFrozenAgeSeconds);
        Compare("maxRulesAgeSeconds", before.MaxRulesAgeSeconds, after.MaxRulesAgeSeconds);
        Compare("maxClockSkewSeconds", before.MaxClockSkewSeconds, after.MaxClockSkewSeconds);
        Compare("maxExposure.account", before.MaxExposure.Account, after.MaxExposure.Account);
        Compare("maxExposure.total", before.MaxExposure.Total, after.MaxExposure.Total);
        foreach (var (asset, was) in before.MaxExposure.Assets)
        {
            Compare($"maxExposure.assets.{asset}", was, after.MaxExposure.Assets.TryGetValue(asset, out var now) ? now : null);
        }

        return changes;
    }

    private static string Text(decimal? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
