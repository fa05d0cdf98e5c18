using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>How much every side may trade where it trades; narrower than the problem's once something is known of the better plans.</summary>
/// <param name="Least">Smallest value of an order, by side.</param>
/// <param name="Most">Largest value, by side; 0 where the side is closed.</param>
/// <param name="MustTrade">By trade: one of its sides does trade.</param>
internal sealed record TradeRanges(double[] Least, double[] Most, bool[] MustTrade)
{
    /// <summary>What a trade can be decided to do.</summary>
    public static readonly TradeState[] Decisions = [TradeState.Off, TradeState.Buy, TradeState.Sell];

    /// <summary>What the problem says of each trade alone.</summary>
    /// <param name="isRestored">Whether every row broken from the start is restored by its trades.</param>
    public static TradeRanges Of(SearchProblem problem, bool isRestored)
    {
        var ranges = new TradeRanges([.. problem.Most.Select((_, side) => problem.Least[side / 2])], [.. problem.Most], new bool[problem.TradeCount]);
        SingleTradeRows.Keep(problem, ranges, isRestored);
        return ranges;
    }

    public TradeRanges Copy() => new([.. Least], [.. Most], [.. MustTrade]);

    /// <summary>Takes over what another says.</summary>
    public void Load(TradeRanges other)
    {
        other.Least.CopyTo(Least, 0);
        other.Most.CopyTo(Most, 0);
        other.MustTrade.CopyTo(MustTrade, 0);
    }

    /// <summary>Whether a side of the trade may still trade.</summary>
    public bool IsOpen(int trade) => Most[SearchProblem.BuySide(trade)] > 0 || Most[SearchProblem.SellSide(trade)] > 0;

    /// <summary>Whether the trade may still be left alone, buy, or sell.</summary>
    public bool Has(int trade, TradeState state) => state == TradeState.Off ? !MustTrade[trade] : Most[Side(trade, state)] > 0;

    /// <summary>What the trade may still be decided to do.</summary>
    public IEnumerable<TradeState> StatesOf(int trade) => Decisions.Where(state => Has(trade, state));

    /// <summary>How many of those there are; asked of every trade in every node.</summary>
    public int CountStates(int trade) => (Has(trade, TradeState.Off) ? 1 : 0) + (Has(trade, TradeState.Buy) ? 1 : 0) + (Has(trade, TradeState.Sell) ? 1 : 0);

    /// <summary>Rules a state out.</summary>
    public void Close(int trade, TradeState state)
    {
        if (state == TradeState.Off)
        {
            MustTrade[trade] = true;
        }
        else
        {
            Most[Side(trade, state)] = 0;
        }
    }

    /// <summary>Rules all states but one out.</summary>
    public void Decide(int trade, TradeState state)
    {
        foreach (var other in Decisions.Where(other => other != state))
        {
            Close(trade, other);
        }
    }

    private static int Side(int trade, TradeState state) => state == TradeState.Buy ? SearchProblem.BuySide(trade) : SearchProblem.SellSide(trade);
}
