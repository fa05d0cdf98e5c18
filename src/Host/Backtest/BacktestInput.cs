using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Backtest;

/// <summary>Everything a backtest is made from.</summary>
/// <param name="FirstRow">Row of <paramref name="Prices"/> at which money is first invested; rows before it are history only.</param>
/// <param name="LastRow">The last row that is played.</param>
/// <param name="Seed">Of the interleaving of messages, and of which fills are partial.</param>
public sealed record BacktestInput(
    PortfolioSettings Portfolio, IReadOnlyList<BacktestAccount> Accounts, RecordedPrices Prices, int FirstRow, int LastRow, BacktestCadence Every,
    BacktestCosts Costs, ulong Seed = 1)
{
    /// <summary>
    /// A plan within this share of the value of the best counts as the best: a tenth of what an order of that size costs. Settings that ask for less
    /// accuracy have it.
    /// </summary>
    private const double GapBasisPoints = 1;

    /// <summary>
    /// Below what the exact solver is called for, and the least that the search is made for: branch and bound or the search with its bound place the
    /// orders. Five hundred decisions, and those of each account alone, are to be made in half a minute.
    /// </summary>
    private const double TimeLimitSeconds = 0.1;

    /// <summary>Every day, so that whenever a backtest wakes the portfolio a slot is due.</summary>
    private static readonly ScheduleSettings EveryDay = new("0 0 0 * * ?", "UTC");

    /// <summary>The portfolio as it runs here: on its venues' own history, sending orders, without a person to ask.</summary>
    public PortfolioSettings Prepared => Portfolio with
    {
        Mode = TradingMode.Paper,
        Approval = ApprovalMode.Automatic,
        Placement = Portfolio.Placement with
        {
            GapBasisPoints = Math.Max(GapBasisPoints, Portfolio.Placement.GapBasisPoints),
            TimeLimitSeconds = Math.Min(TimeLimitSeconds, Portfolio.Placement.TimeLimitSeconds),
        },
        History = new HistorySettings(HistoryProvider.Venue, null, Portfolio.History.Frame),
        Schedule = Every == BacktestCadence.AsConfigured ? Portfolio.Schedule : EveryDay,
    };

    /// <summary>Whether the portfolio is woken at that row, and whether it must decide there.</summary>
    public (bool Wakes, bool IsSlot) At(int row)
    {
        if (Every == BacktestCadence.AsConfigured || row == FirstRow)
        {
            return (true, Every != BacktestCadence.AsConfigured);
        }

        var isFirst = Period(row) != Period(row - 1);
        return (isFirst, isFirst);
    }

    private long Period(int row)
    {
        var day = Prices.Rows[row];
        return Every switch
        {
            BacktestCadence.Week => (day.UtcDateTime.Date - DateTime.UnixEpoch.AddDays(4)).Days / 7,
            BacktestCadence.Month => (day.Year * 12) + day.Month,
            _ => day.Ticks / TimeSpan.TicksPerDay,
        };
    }
}
