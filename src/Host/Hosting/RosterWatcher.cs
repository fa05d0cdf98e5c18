using System.Data.Common;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Hosting;

/// <summary>Applies on this node what operators changed on another.</summary>
internal sealed class RosterWatcher(RosterStream stream, Func<Roster, CancellationToken, Task> apply, ILogger log)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _isBehind;

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken) =>
        Rounds.RunAsync(Interval, wallClock, LookAsync, log, cancellationToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (roster, changed) = await stream.ReadAsync(cancellationToken);
            if (changed || _isBehind)
            {
                _isBehind = true;
                await apply(roster, cancellationToken);
                _isBehind = false;
                log.LogInformation("The accounts and portfolios that operators changed are taken up");
            }
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or OperationRefusedException)
        {
            log.LogWarning("What operators changed cannot be taken up yet ({Reason}); the next look tries again", failure.Message);
        }
    }
}
