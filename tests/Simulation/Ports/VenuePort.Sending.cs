using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Observing;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.Ports;

/// <summary>The one send of an order.</summary>
internal sealed partial class VenuePort
{
    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        if (deadline.Remaining <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            return new SendOutcome.NotSent("the deadline had passed before the request was started");

        // Between that check and the first byte nobody can exclude a pause: what then slips out late is found by the watch.
        await world.PointAsync(process, FaultKind.KillBeforeSend, FaultKind.PauseBeforeSend, account);
        world.Observe(new Observation.SendStarted(Now, account, process.Id, order));
        var outcome = Strikes(FaultKind.SendLostBefore, "send") ? WaitAsync(new SendOutcome.Ambiguous("the connection dropped"), 0.1, 4)
            : Strikes(FaultKind.SendServerErrorRefused, "send") ? WaitAsync(new SendOutcome.Ambiguous("server error 502"), 0.05, 1)
            : Strikes(FaultKind.SendThrottled, "send") ? WaitAsync(new SendOutcome.Rejected("rate-limited", "429, try again"), 0.05, 1)
            : Strikes(FaultKind.SendAcceptedLate, "send") ? AcceptLaterAsync(order)
            : ArriveAsync(order, deadline, cancellationToken);
        await world.PointAsync(process, FaultKind.KillAfterSend, FaultKind.PauseAfterSend, account);
        return await outcome;
    }

    private Task<SendOutcome> ArriveAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        var answer =
            Strikes(FaultKind.SendReplyLost, "send") ? "the connection dropped"
            : Strikes(FaultKind.SendServerErrorAccepted, "send") ? "server error 504"
            : Strikes(FaultKind.SendReplyTruncated, "send") ? "the answer is cut off"
            : Strikes(FaultKind.SendReplySlow, "send") ? "no answer by the deadline"
            : null;
        if (world.Venues.ConditionsOf(account).Refusal(order) is { } refusal)
            return answer is null ? WaitAsync(refusal, 0.05, 0.5) : WaitAsync(new SendOutcome.Ambiguous(answer), 0.05, 0.5);
        if (answer is null)
            return AsProcessAsync(() => _venue.PlaceAsync(order, deadline, cancellationToken));
        var wait = answer.StartsWith("no answer", StringComparison.Ordinal) ? deadline.Remaining.TotalSeconds : 0.5;
        _ = world.Outside(() => world.Venues.DeskOf(account).PlaceAsync(account, order));
        return WaitAsync(new SendOutcome.Ambiguous(answer), wait, wait);
    }

    private Task<SendOutcome> AcceptLaterAsync(OrderRequest order)
    {
        var later = _faults.Seconds(FaultKind.SendAcceptedLate, Site("send"), 2, 25);
        _ = world.Outside(async () =>
        {
            await Task.Delay(later, world.Clock);
            if (world.Venues.ConditionsOf(account).Refusal(order) is null)
                await world.Venues.DeskOf(account).PlaceAsync(account, order);
            return order;
        });
        return WaitAsync(new SendOutcome.Ambiguous("the connection dropped"), 0.1, 1);
    }

    private async Task<SendOutcome> WaitAsync(SendOutcome outcome, double least, double most)
    {
        await Task.Delay(TimeSpan.FromSeconds((least + most) / 2), process.Clock);
        return outcome;
    }
}
