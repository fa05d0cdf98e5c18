using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Audit;

/// <summary>
/// The decision an event belongs to, of the portfolio or of an account. Its id is the correlation id of all of them, so that the journal and the log show
/// one chain from the decision with its trigger to the last fill.
/// </summary>
public static class DecisionCorrelation
{
    /// <returns>Null for an event that belongs to no decision, or to several.</returns>
    public static string? Of(object @event) => @event switch
    {
        OrderEvent order => OfIntent(order.IntentId),
        ExecutionAccepted accepted => accepted.Plan.DecisionId,
        ExecutionFinished finished => finished.DecisionId,
        IntentsPlanned { Orders: [var first, ..] } => first.DecisionId,
        _ => DecisionRecord.IdOf(@event),
    };

    /// <summary>The ids of a decision's intents begin with its own.</summary>
    private static string OfIntent(string intent) => intent.Split('/', 2)[0];
}
