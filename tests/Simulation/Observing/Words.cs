using System.Globalization;
using System.Text.Json;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Observing;

/// <summary>Observations as lines: for the trace, its hash and the reader of a failing seed.</summary>
internal static class Words
{
    public static string Of(Observation observation) => observation switch
    {
        Observation.Appended appended => string.Create(
            CultureInfo.InvariantCulture, $"{appended.Entity} #{appended.FirstSequenceNr} by {appended.Process} epoch {appended.Epoch}: {string.Join("; ", appended.Events.Select(Of))}"),
        Observation.SnapshotSaved saved => string.Create(CultureInfo.InvariantCulture, $"snapshot {saved.Entity} #{saved.SequenceNr} {saved.StateHash}"),
        Observation.Recovering recovering => string.Create(CultureInfo.InvariantCulture, $"recovering {recovering.Entity} in {recovering.Process} epoch {recovering.CurrentEpoch}"),
        Observation.SendStarted started => $"SEND {started.Account} by {started.Process} {Json(started.Order)}",
        Observation.BookChanged changed => $"venue {changed.Account} {changed.Event.GetType().Name} {Json<BookEvent>(changed.Event)}",
        Observation.ProcessPaused paused => $"paused {paused.Process}",
        Observation.MarketTruth truth => string.Create(CultureInfo.InvariantCulture, $"truth {truth.Account} {truth.Market} {truth.Bid}/{truth.Ask}"),
        Observation.RulesGiven given => string.Create(CultureInfo.InvariantCulture, $"rules {given.Account} {given.Rules.Count}"),
        Observation.BalancesGiven given => string.Create(CultureInfo.InvariantCulture, $"balances {given.Account} to {given.Process} skew {given.Skew.TotalSeconds}"),
        Observation.HaltAnswered answered => $"halt answered {answered.Account}",
        Observation.FaultStruck struck => $"FAULT {struck.Fault.Id}",
        Observation.FaultsEnded => "faults end",
        _ => observation.GetType().Name,
    };

    private static string Of(object happening) => happening switch
    {
        // Its inputs fill pages; what it decided is what a reader wants.
        RebalanceDecided decided => string.Create(
            CultureInfo.InvariantCulture, $"RebalanceDecided {decided.DecisionId} {decided.Disposition} {decided.RefusedBecause} {decided.Trigger.Kind} {decided.Trigger.Detail} value {decided.TotalValue} {Json(decided.Plan.Trades)}"),
        BalancesReported reported => $"BalancesReported {string.Join(", ", reported.Balances.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Asset} {b.Free}+{b.Locked}+{b.Unsettled}")))} matched {string.Join(",", reported.Matched)}",
        RebalanceCompleted completed => string.Create(CultureInfo.InvariantCulture, $"RebalanceCompleted {completed.DecisionId} {completed.DriftAfter:0.0000} {completed.Remainder}"),
        PortfolioSettingsChanged => "PortfolioSettingsChanged",
        _ => $"{happening.GetType().Name} {JsonSerializer.Serialize(happening, happening.GetType(), JournalJson.Options)}",
    };

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, JournalJson.Options);
}
