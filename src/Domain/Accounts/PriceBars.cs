namespace Rebalancer.Domain.Accounts;

/// <summary>How much time one bar of a price history stands for.</summary>
public enum TimeFrame
{
    FifteenMinutes,
    OneHour,
    FourHours,
    OneDay,
    OneWeek,
}

/// <summary>Prices over one time frame, in quote currency, adjusted for splits.</summary>
/// <param name="At">When the frame begins, on the grid of <see cref="TimeFrames.Floor"/>.</param>
/// <param name="Volume">In units of the asset; 0 where the venue does not say.</param>
public sealed record PriceBar(DateTimeOffset At, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume);

/// <summary>Words, lengths and the grid of time frames.</summary>
public static class TimeFrames
{
    /// <summary>Monday, from which weeks are counted.</summary>
    private static readonly DateTimeOffset FirstMonday = new(1970, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>As venues and the settings write them.</summary>
    public static IReadOnlyList<(string Word, TimeFrame Meaning)> Words { get; } =
        [("15m", TimeFrame.FifteenMinutes), ("1h", TimeFrame.OneHour), ("4h", TimeFrame.FourHours), ("1d", TimeFrame.OneDay), ("1w", TimeFrame.OneWeek)];

    public static string Word(this TimeFrame frame) => Words.First(entry => entry.Meaning == frame).Word;

    public static TimeSpan Length(this TimeFrame frame) => frame switch
    {
        TimeFrame.FifteenMinutes => TimeSpan.FromMinutes(15),
        TimeFrame.OneHour => TimeSpan.FromHours(1),
        TimeFrame.FourHours => TimeSpan.FromHours(4),
        TimeFrame.OneDay => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(7),
    };

    /// <summary>The beginning, in UTC, of the frame a moment lies in; weeks begin on Mondays.</summary>
    public static DateTimeOffset Floor(this TimeFrame frame, DateTimeOffset moment)
    {
        var since = moment.ToUniversalTime() - FirstMonday;
        var length = frame.Length().Ticks;
        var whole = (since.Ticks / length) - (since.Ticks % length < 0 ? 1 : 0);
        return FirstMonday + TimeSpan.FromTicks(whole * length);
    }

    /// <summary>The beginning of the first frame that does not begin before a moment.</summary>
    public static DateTimeOffset Ceiling(this TimeFrame frame, DateTimeOffset moment) =>
        frame.Floor(moment) is var floor && floor < moment ? floor + frame.Length() : floor;

    /// <summary>How many of them a year has: of a market that never closes, or of one that trades 252 days of six and a half hours.</summary>
    public static int PeriodsAYear(this TimeFrame frame, bool neverCloses) => (frame, neverCloses) switch
    {
        (TimeFrame.OneWeek, _) => 52,
        (_, true) => (int)(TimeSpan.FromDays(365) / frame.Length()),
        (TimeFrame.OneDay, false) => 252,
        (TimeFrame.FourHours, false) => 252 * 2,
        (TimeFrame.OneHour, false) => 252 * 7,
        _ => 252 * 26,
    };
}
