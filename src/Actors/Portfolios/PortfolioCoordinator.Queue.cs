namespace Rebalancer.Actors.Portfolios;

/// <summary>One cycle after the other.</summary>
public sealed partial class PortfolioCoordinator
{
    private void Enqueue(Cycle cycle)
    {
        if (IsRefusedByPause(cycle))
        {
            return;
        }

        if (_waiting.Count >= MaxWaiting)
        {
            Refuse(cycle, "too many commands are waiting already; try again in a moment");
            return;
        }

        _waiting.Enqueue(cycle);
        StartNext();
    }

    private void StartNext()
    {
        if (_cycle is not null || !_waiting.TryDequeue(out var cycle))
        {
            return;
        }

        Begin(cycle);
    }

    private void EndCycle()
    {
        _cycle = null;
        StartNext();
    }
}
