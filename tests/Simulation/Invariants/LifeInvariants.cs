using System.Globalization;
using NodaTime;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Simulation.Observing;

namespace Rebalancer.Simulation.Invariants;

/// <summary>10: an entity's state is the same replayed from zero, from a snapshot, and as its actor had it when the snapshot was taken.</summary>
internal sealed class ReplayAgrees() : Invariant(10, "replay gives the same state")
{
    private readonly Folds _folds = new();
    private readonly SortedDictionary<string, long> _last = new(StringComparer.Ordinal);

    public override void After(Observation observation, ShadowBooks books)
    {
        _folds.On(observation);
        if (observation is Observation.Appended appended)
            _last[appended.Entity] = appended.FirstSequenceNr + appended.Events.Count - 1;
        if (observation is Observation.SnapshotSaved saved)
        {
            object? state = saved.Entity.StartsWith("portfolio/", StringComparison.Ordinal) ? _folds.Portfolio
                : ShadowBooks.AccountOf(saved.Entity) is { } name ? _folds.Accounts.GetValueOrDefault(name) : null;
            // After a pause a snapshot may reach the journal behind events of the next owner; the end of the seed compares that one.
            if (state is not null && _last[saved.Entity] == saved.SequenceNr && StateHash.Of(state) != saved.StateHash)
                Report(saved.At, $"the snapshot of {saved.Entity} at event {saved.SequenceNr} is not what its events say");
        }
        else if (observation is Observation.Ended ended)
        {
            foreach (var (entity, hashes) in ended.State.Replayed.Where(replayed => replayed.Value.FromZero != replayed.Value.FromSnapshot))
                Report(ended.At, $"{entity} is {hashes.FromZero} from zero and {hashes.FromSnapshot} from its snapshot");
        }
    }
}

/// <summary>12: once faults have stopped: within three decisions weights are in their bands or carry a reason, nothing is Unknown, and only live and quarantined orders hold reservations.</summary>
internal sealed class Mends() : Invariant(12, "everything mends once faults stop")
{
    private readonly Folds _folds = new();

    public override void After(Observation observation, ShadowBooks books)
    {
        _folds.On(observation);
        if (observation is not Observation.Ended ended)
            return;
        foreach (var (name, account) in ended.State.Accounts)
        {
            foreach (var order in account.Orders.Values.Where(order => order.State == OrderState.Unknown))
                Report(ended.At, $"{order.IntentId} of {name} is still Unknown");
            foreach (var order in account.Orders.Values.Where(order => order.Reservation is not null && !order.MayBeLive))
                Report(ended.At, $"{order.IntentId} of {name} is {order.State} and still reserves {order.Reservation}");
            if (account.TradingState != TradingState.Active)
                Report(ended.At, $"{name} is {account.TradingState}: {account.TradingStateReason}");
        }

        var settings = ended.State.Portfolio.Settings!;
        foreach (var drift in Drift.ByAsset(settings.Bands, ended.State.Weights, settings.Targets.Weights)
            .Where(drift => drift.IsOut && !ended.State.Excused.Contains(drift.Asset)))
        {
            Report(ended.At, $"{drift.Asset} is at {drift.Weight:0.0000}, target {drift.Target:0.0000}, and no decision says why");
        }

        if (_folds.DispatchedInCalm > 4)
            Report(ended.At, $"it took {_folds.DispatchedInCalm} decisions");
        if (ended.State.Portfolio.Open is { } open)
            Report(ended.At, $"decision {open.Decided.DecisionId} never ended");
    }
}

/// <summary>13: what an account does is its own affair: every account's part of a decision ends soon after the decision expires.</summary>
internal sealed class NobodyWaits() : Invariant(13, "no account stops another's orders")
{
    /// <summary>A pause, a partition, a takeover and the watch of an Unknown order, one after the other.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(25);

    public override void After(Observation observation, ShadowBooks books)
    {
        if (observation is not Observation.Appended appended || ShadowBooks.AccountOf(appended.Entity) is not { } name)
            return;
        // Judged at the account's own events: an account that can write and does not end its part is held up by something else.
        foreach (var plan in books.Of(name).Plans.Values.Where(plan => plan.CompletedAt is null && appended.At > plan.ExpiresAt + Longest))
        {
            if (!books.Of(name).Orders.Values.Any(order => order.Planned.DecisionId == plan.DecisionId && order.IsLive)
                && appended.Events.Any(happening => happening is BalancesReported))
            {
                Report(appended.At, $"{name} has not ended its part of {plan.DecisionId}, which expired at {plan.ExpiresAt:HH:mm:ss}");
            }
        }
    }
}

/// <summary>14: a slot of the schedule fires once a local date, at its local time.</summary>
internal sealed class SlotsFireOnce() : Invariant(14, "a slot fires once a local date")
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    private readonly SortedSet<string> _fired = new(StringComparer.Ordinal);

    public override void After(Observation observation, ShadowBooks books)
    {
        if (observation is not Observation.Appended appended)
            return;
        foreach (var slot in appended.Events.OfType<SlotFired>())
        {
            var date = slot.LocalSlot[..10];
            if (!_fired.Add(date))
                Report(appended.At, $"a second slot fired for {date}: {slot.LocalSlot}");
            var due = LocalDateTime.FromDateTime(DateTime.ParseExact(slot.LocalSlot, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            var fired = Instant.FromDateTimeOffset(appended.At);
            // Up to an hour is made up for after an outage, and an hour the clocks skip or repeat comes on top; a node's clock may be fast by minutes.
            if ((fired - FirstInstantOf(due)).TotalMinutes is < -6 or > 130)
                Report(appended.At, $"the slot {slot.LocalSlot} fired at {fired.InZone(NewYork).LocalDateTime} in New York");
        }
    }

    /// <summary>A local time that the clocks skip is due when they have skipped it; one that they repeat, for the first time.</summary>
    private static Instant FirstInstantOf(LocalDateTime due) =>
        NewYork.MapLocal(due) is var found && found.Count == 0 ? found.LateInterval.Start : found.First().ToInstant();
}
