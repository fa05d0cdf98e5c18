namespace Rebalancer.Domain.Placement.Search;

/// <summary>The trades that the move under way has changed, with their values before it, so that it can be taken back.</summary>
internal sealed class TradeChanges(SearchState state)
{
    private const int Most = 16;

    private readonly int[] _trade = new int[Most];
    private readonly double[] _before = new double[Most];
    private int _count;

    /// <summary>Whether there is room for one more repair.</summary>
    public bool HasRoom => _count < Most - 2;

    public void Begin() => _count = 0;

    /// <summary>To be called before a trade is changed; the first value counts.</summary>
    public void Remember(int trade)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_trade[index] == trade)
            {
                return;
            }
        }

        (_trade[_count], _before[_count]) = (trade, state.Value[trade]);
        _count++;
    }

    public void Undo()
    {
        for (var index = 0; index < _count; index++)
        {
            state.Set(_trade[index], _before[index]);
        }
    }

    public bool KeepRules()
    {
        for (var index = 0; index < _count; index++)
        {
            if (!state.KeepsRules(_trade[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes the values before the move into a copy of the plan after it.</summary>
    public void CopyBefore(double[] values)
    {
        for (var index = 0; index < _count; index++)
        {
            values[_trade[index]] = _before[index];
        }
    }
}
