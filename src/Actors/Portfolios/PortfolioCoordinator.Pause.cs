using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Operators pause, resume and retire the portfolio; no cycle decides while it is paused.</summary>
public sealed partial class PortfolioCoordinator
{
    /// <summary>Asked again after each wait of a cycle: an operator may have paused the portfolio meanwhile.</summary>
    private bool IsEndedByPause(Cycle cycle)
    {
        if (!IsRefusedByPause(cycle))
        {
            return false;
        }

        EndCycle();
        return true;
    }

    private bool IsRefusedByPause(Cycle cycle)
    {
        if (cycle is Cycle.Complete or Cycle.Fetch || Pausing.Objection(_state) is not { } paused)
        {
            return false;
        }

        Refuse(cycle, paused);
        return true;
    }

    private async ValueTask<string?> ChangePauseAsync(object command)
    {
        if (command is RetirePortfolio && Pausing.RetireObjection(_state) is { } objection)
        {
            return objection;
        }

        var events = command switch
        {
            PausePortfolio pause => Pausing.Pause(_state, pause.Who, pause.Why, Now),
            UnpausePortfolio unpause => Pausing.Unpause(_state, unpause.Who, unpause.Why, Now),
            RetirePortfolio retire => Pausing.Retire(_state, retire.Who, retire.Why, Now),
            _ => throw new InvalidOperationException($"{command.GetType().Name} does not change a pause"),
        };
        if (events.Count > 0)
        {
            var lifted = events.OfType<TradingResumed>().Select(resumed => new HaltChange(resumed.Scope, false, resumed.Who, resumed.Why));
            await PersistAsync(events, new PersistOptions { HaltChanges = [.. lifted] });
        }

        return null;
    }
}
