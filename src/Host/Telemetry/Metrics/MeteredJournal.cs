using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Telemetry.Metrics;

/// <summary>
/// The journal of the actors, with every append measured, counted by what it says, and, where it is of a decision or an order, logged: from the
/// trigger to the fill each line has the decision's id, and the correlation id under which the journal has it.
/// </summary>
public sealed class MeteredJournal(IJournal inner, EventCatalog catalog, ServiceMeter meter, ILogger log) : DelegatingJournal(inner, leaveOpen: true)
{
    public override async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        using var span = meter.Activities.StartActivity("journal append");
        span?.SetTag("rebalancer.stream", request.PersistenceId);
        var started = Stopwatch.GetTimestamp();
        var outcome = await Inner.AppendAsync(request, cancellationToken);
        meter.AppendDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome.GetType().Name));
        if (outcome is AppendOutcome.Accepted)
        {
            foreach (var stored in request.Events)
            {
                meter.Events.Add(1, new KeyValuePair<string, object?>("event", stored.Name));
                Tell(request, stored);
            }
        }

        return outcome;
    }

    private void Tell(AppendRequest request, EventToAppend stored)
    {
        if (!IsTelling(stored.Name))
        {
            return;
        }

        var entity = request.PersistenceId[(request.PersistenceId.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var @event = catalog.Deserialize(stored.Name, stored.Version, stored.Payload);
        if (@event is RebalanceDecided decided)
        {
            Count(decided);
        }
        else if (@event is OrderEvent order)
        {
            Count(entity, stored.Name, order);
        }

        log.LogInformation(
            "{Event} in {Stream}: decision {Decision}, intent {Intent}, trigger {Trigger}, correlation {CorrelationId}, causation {CausationId}",
            stored.Name, request.PersistenceId, DecisionCorrelation.Of(@event) ?? "", (@event as OrderEvent)?.IntentId ?? "",
            (@event as RebalanceDecided)?.Trigger.Kind.ToString() ?? "", stored.CorrelationId ?? request.CorrelationId, request.CausationId);
    }

    private void Count(RebalanceDecided decided)
    {
        var portfolio = new KeyValuePair<string, object?>("portfolio", decided.Settings.Id);
        meter.Decisions.Add(
            1, portfolio, new KeyValuePair<string, object?>("trigger", decided.Trigger.Kind.ToString()),
            new KeyValuePair<string, object?>("disposition", decided.Disposition.ToString()));
        meter.Gap.Record(decided.Plan.GapBasisPoints, portfolio);
        meter.Turnover.Add(
            (double)decided.Plan.Trades.Sum(trade => trade.Notional * (trade.Quote == decided.Settings.BaseCurrency ? 1 : decided.Problem.Prices[trade.Quote])), portfolio);
    }

    private void Count(string account, string name, OrderEvent @event)
    {
        var tag = new KeyValuePair<string, object?>("account", account);
        meter.OrderEvents.Add(1, tag, new KeyValuePair<string, object?>("event", name));
        if (@event is not FillBooked { Fill: var fill })
        {
            return;
        }

        var side = new KeyValuePair<string, object?>("side", fill.Side.ToString());
        meter.Fills.Add(1, tag, side);
        meter.FillNotional.Add((double)(fill.Quantity * fill.Price), tag, side, new KeyValuePair<string, object?>("currency", fill.Market.Quote));
        if (fill.Fee > 0)
        {
            meter.Fees.Add((double)fill.Fee, tag, new KeyValuePair<string, object?>("asset", fill.FeeAsset));
        }
    }

    /// <summary>Readings and cursors come every few seconds and tell nothing new.</summary>
    private static bool IsTelling(string name) =>
        name.StartsWith("order-", StringComparison.Ordinal) || name.StartsWith("decision-", StringComparison.Ordinal)
        || name is "fill-booked" or "rebalance-decided" or "rebalance-completed" or "execution-accepted" or "execution-finished" or "account-execution-reported";
}
