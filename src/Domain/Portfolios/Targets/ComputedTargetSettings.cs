using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>Targets that are computed: what the settings say beside the method and the assets.</summary>
public sealed record ComputedTargetSettings
{
    /// <summary>The same as the options of <c>optimize</c>.</summary>
    public OptimisationOptions Options { get; init; } = new();

    /// <summary>History looked at.</summary>
    public int LookbackDays { get; init; } = 365;

    /// <summary>Days of history each named asset needs; null: the whole lookback.</summary>
    public int? MinHistoryDays { get; init; }

    /// <summary>Every asset that the accounts trade and the filter lets through; null: the assets that are named.</summary>
    public AssetFilter? Every { get; init; }

    /// <summary>Asset whose returns are the market's for capm; null is the equal-weight average.</summary>
    public string? Market { get; init; }

    /// <summary>For the glide path, which needs no history.</summary>
    public GlideSettings? Glide { get; init; }

    public bool NeedsHistory => Glide is null;
}

/// <param name="Venues">Names of venues or ids of accounts; empty lets all through.</param>
/// <param name="MinHistoryDays">Null: the whole lookback.</param>
/// <param name="MinDailyVolume">Median value traded a day, in base currency; null lets all through.</param>
public sealed record AssetFilter(IReadOnlyList<string> Venues, int? MinHistoryDays, decimal? MinDailyVolume);

/// <param name="Age">In years; null when <paramref name="BirthDate"/> is given.</param>
public sealed record GlideSettings(
    double? Age, DateOnly? BirthDate, IReadOnlyList<string> Risky, string Bonds, string? Cash, IReadOnlyList<GlideKnot> Knots, double BondShareOfSafe)
{
    private const double DaysAYear = 365.2425;

    /// <summary>The path on a day: with a date of birth, the age of that day.</summary>
    public GlidePath On(DateOnly day)
    {
        var age = Age ?? ((BirthDate is { } birth ? day.DayNumber - birth.DayNumber : 0) / DaysAYear);
        return new GlidePath(age, Risky, Bonds, Cash) { Knots = Knots, BondShareOfSafe = BondShareOfSafe };
    }
}

/// <summary>Where the price history of computed targets comes from.</summary>
public enum HistoryProvider
{
    /// <summary>The venues of the portfolio's own accounts.</summary>
    Venue,

    Csv,

    /// <summary>Yahoo Finance.</summary>
    Yahoo,
}

/// <param name="File">Full path; null unless the provider is a file.</param>
public sealed record HistorySettings(HistoryProvider Provider, string? File, TimeFrame Frame)
{
    /// <summary>Yahoo's symbols of assets, where the rule of <see cref="YahooPlan"/> would take another; null: of none.</summary>
    public SortedDictionary<string, string>? Symbols { get; init; }

    public static HistorySettings Standard { get; } = new(HistoryProvider.Venue, null, TimeFrame.OneDay);
}
