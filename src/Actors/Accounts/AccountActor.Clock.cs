using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;

namespace Rebalancer.Actors.Accounts;

/// <summary>What the account goes by in time, and what it forgets when the wall clock is set.</summary>
public sealed partial class AccountActor
{
    private ClockWatch? _clock;

    private ClockWatch Clock => _clock ??= new ClockWatch(Uptime, Context.Clock);

    /// <summary>
    /// After a step the account is as if just taken over: every reading, tally and span so far was timed by a clock that is no more, and a step
    /// forward could pass for the minute that proves an order never arrived. A reading under way spans both clocks, so that its age and the
    /// venue's skew are unknown: it is made again.
    /// </summary>
    private void NoticeClockStep()
    {
        if (Clock.Step(Timings.MaxClockSkew) is not { } step)
        {
            return;
        }

        Context.Log.LogWarning("Account {Account}: the clock was set by {Step}; everything is read again before an order is armed", _settings.Id, step);
        _clock = null;
        _readings = new AccountReadings();
        _denials = ImmutableSortedDictionary<string, DenialTally>.Empty;
        _rounds.VoidUnderWay();
        Poll(Reading.Markets);
        Poll(Reading.Balances);
    }

    /// <summary>True for what was asked before the clock was set back: the times in it lie ahead.</summary>
    private bool IsFromLater(DateTimeOffset askedAt) => askedAt > Now;
}
