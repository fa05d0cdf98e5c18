using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>What an account answered about one market.</summary>
/// <param name="Failure">Why there is no answer; null when there is.</param>
public sealed record MarketBars(AskedMarket Asked, IReadOnlyList<PriceBar> Bars, string? Failure);

/// <summary>Either a history to compute from, or what is missing of it.</summary>
public abstract record HistoryOutcome
{
    /// <param name="Warnings">What was left out, and why.</param>
    public sealed record Ready(TargetHistory History, IReadOnlyList<string> Warnings) : HistoryOutcome;

    /// <param name="Reasons">A sentence each, as "history of SOL: …; what to do".</param>
    public sealed record Missing(IReadOnlyList<string> Reasons) : HistoryOutcome;
}

/// <summary>
/// Puts the answers of the venues together into one table in base currency. A short, old or failed history is not papered over: the
/// portfolio waits for it, unless the settings ask for less or leave such assets out by their filter.
/// </summary>
public sealed class HistoryAssembly
{
    /// <summary>A history may begin this much late, and end this much early: weekends, holidays, a listing on the day after.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromDays(6);

    private readonly PortfolioSettings _settings;
    private readonly ComputedTargetSettings _computed;
    private readonly IReadOnlyList<MarketBars> _answers;
    private readonly DateTimeOffset _now;
    private readonly List<string> _reasons = [];
    private readonly List<string> _warnings = [];

    private HistoryAssembly(PortfolioSettings settings, IReadOnlyList<MarketBars> answers, DateTimeOffset now)
    {
        (_settings, _computed, _answers, _now) = (settings, settings.Targets.Computed!, answers, now);
    }

    private TimeFrame Frame => _settings.History.Frame;

    public static HistoryOutcome Assemble(
        PortfolioSettings settings, IReadOnlyList<HistoryNeed> needs, IReadOnlyList<string> unserved, IReadOnlyList<MarketBars> answers, DateTimeOffset now)
    {
        var assembly = new HistoryAssembly(settings, answers, now);
        assembly._reasons.AddRange(unserved);
        return assembly.Assemble(needs);
    }

    /// <summary>The first moment whose price is asked for.</summary>
    public static DateTimeOffset Since(PortfolioSettings settings, DateTimeOffset now) =>
        settings.History.Frame.Floor(now - TimeSpan.FromDays(settings.Targets.Computed!.LookbackDays));

    private HistoryOutcome Assemble(IReadOnlyList<HistoryNeed> needs)
    {
        var series = new List<(HistoryNeed Need, SortedDictionary<DateTimeOffset, decimal> Prices)>();
        foreach (var need in needs)
        {
            if (BarsOf(need.Asset, need.Own) is { } bars && Converted(need, bars) is { } prices
                && IsLongEnough(need.Asset, need.IsMarketOnly, prices) && IsTradedEnough(need.Asset, need.IsMarketOnly, bars, prices))
            {
                series.Add((need, prices));
            }
        }

        if (_reasons.Count == 0 && series.TrueForAll(entry => entry.Need.IsMarketOnly))
        {
            _reasons.Add($"history of any asset: the filter of the targets lets none through ({string.Join("; ", _warnings)}); loosen it");
        }

        return _reasons.Count > 0 ? new HistoryOutcome.Missing(_reasons) : Joined(series);
    }

    private IReadOnlyList<PriceBar>? BarsOf(string asset, AskedMarket asked)
    {
        var answer = _answers.FirstOrDefault(candidate => candidate.Asked == asked);
        if (answer is { Failure: null, Bars.Count: > 0 })
        {
            return answer.Bars;
        }

        var why = answer switch
        {
            null => "the account did not answer",
            { Failure: { } failure } => failure,
            _ => $"the venue has no {Frame.Word()} bar of it since {_computed.LookbackDays} days ago",
        };
        _reasons.Add($"history of {asset} ({asked.Market} at {asked.AccountId}): {why}; it is asked for again");
        return null;
    }

    private SortedDictionary<DateTimeOffset, decimal>? Converted(HistoryNeed need, IReadOnlyList<PriceBar> bars)
    {
        var prices = ByTime(bars);
        if (need.Conversion is not { } over)
        {
            return prices;
        }

        if (BarsOf(need.Asset, over) is not { } rates)
        {
            return null;
        }

        // A rate of the same frame or none: yesterday's rate would put yesterday's move into today's return.
        var rateAt = ByTime(rates);
        var converted = new SortedDictionary<DateTimeOffset, decimal>();
        foreach (var (time, price) in prices)
        {
            if (rateAt.TryGetValue(time, out var rate) && rate > 0)
            {
                converted[time] = need.IsInverse ? price / rate : price * rate;
            }
        }

        return converted;
    }

    private SortedDictionary<DateTimeOffset, decimal> ByTime(IReadOnlyList<PriceBar> bars)
    {
        var prices = new SortedDictionary<DateTimeOffset, decimal>();
        foreach (var bar in bars)
        {
            prices[Frame.Floor(bar.At)] = bar.Close;
        }

        return prices;
    }

    private bool IsLongEnough(string asset, bool isMarketOnly, SortedDictionary<DateTimeOffset, decimal> prices)
    {
        var last = prices.Count == 0 ? default : prices.Keys.Last() + Frame.Length();
        if (_now - last > Slack + Frame.Length())
        {
            _reasons.Add($"history of {asset}: its last price is of {Words.At(last)}; it is asked for again");
            return false;
        }

        var needed = _computed.Every is { } filter ? filter.MinHistoryDays ?? _computed.LookbackDays : _computed.MinHistoryDays ?? _computed.LookbackDays;
        var days = (int)Math.Ceiling((_now - prices.Keys.First()).TotalDays);
        if (days + Slack.Days >= needed && prices.Count >= 3)
        {
            return true;
        }

        if (_computed.Every is not null && !isMarketOnly)
        {
            _warnings.Add($"{asset} is left out: it has {days} days of history, and {needed} are asked for");
        }
        else
        {
            _reasons.Add(
                $"history of {asset}: it has {days} days, and {needed} are needed; lower targets.minHistoryDays or targets.lookbackDays, or leave the asset out");
        }

        return false;
    }

    /// <summary>The median day counts: one hectic day must not make a market of a backwater.</summary>
    private bool IsTradedEnough(string asset, bool isMarketOnly, IReadOnlyList<PriceBar> bars, SortedDictionary<DateTimeOffset, decimal> prices)
    {
        if (isMarketOnly || _computed.Every?.MinDailyVolume is not { } least)
        {
            return true;
        }

        decimal[] days =
        [
            .. bars.Where(bar => prices.ContainsKey(Frame.Floor(bar.At))).GroupBy(bar => TimeFrame.OneDay.Floor(bar.At))
                .Select(day => day.Sum(bar => bar.Volume * prices[Frame.Floor(bar.At)])).Order(),
        ];
        var perDay = days[days.Length / 2] / Math.Max(1, (decimal)Frame.Length().TotalDays);
        if (perDay >= least)
        {
            return true;
        }

        _warnings.Add($"{asset} is left out: {Words.Money(perDay, _settings.BaseCurrency)} are traded on a median day, and {Words.Money(least, _settings.BaseCurrency)} are asked for");
        return false;
    }

    /// <summary>
    /// Rows are the times at which every account asked had a price of something, from its first to its last: a day on which only one of two
    /// venues traded would tear returns apart, since nothing is filled. A price missing on such a row is a gap of that asset.
    /// </summary>
    private HistoryOutcome.Ready Joined(List<(HistoryNeed Need, SortedDictionary<DateTimeOffset, decimal> Prices)> series)
    {
        var sources = series.GroupBy(entry => entry.Need.Own.AccountId, StringComparer.Ordinal)
            .Select(group => new SortedSet<DateTimeOffset>(group.SelectMany(entry => entry.Prices.Keys))).ToList();
        var all = new SortedSet<DateTimeOffset>(sources.SelectMany(times => times));
        DateTimeOffset[] common = [.. all.Where(time => sources.TrueForAll(times => times.Contains(time) || time < times.Min || time > times.Max))];
        if (common.Length < all.Count)
        {
            _warnings.Add($"{all.Count - common.Length} of {all.Count} rows are left out, on which not every account's market traded; returns run from one row kept to the next");
        }

        return new HistoryOutcome.Ready(
            new TargetHistory(Frame, common, [.. series.Select(entry => new AssetSeries(
                entry.Need.Asset, entry.Need.Source, [.. common.Select(time => entry.Prices.TryGetValue(time, out var price) ? price : (decimal?)null)]) { IsMarketOnly = entry.Need.IsMarketOnly })]),
            _warnings);
    }
}
