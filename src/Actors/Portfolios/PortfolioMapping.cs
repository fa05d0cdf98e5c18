using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Between what accounts say and what the Domain decides on.</summary>
internal static class PortfolioMapping
{
    /// <summary>Far above any order, and small enough to be divided by a price; the limits of the settings come on top.</summary>
    private const decimal NoOrderLimit = 1_000_000_000_000m;

    public static AccountReading ToReading(AccountReport report, DateTimeOffset receivedAt) => new()
    {
        Id = report.AccountId,
        Venue = report.Venue,
        Kind = report.Kind,
        Taxable = report.Taxable,
        Reserve = report.Reserve,
        ReceivedAt = receivedAt,
        BalancesAt = report.BalancesAt,
        Balances = report.Balances,
        Disputed = report.Disputed,
        Quarantined = [.. report.Quarantined.Select(order => new FrozenMarket(order.Market, order.IntentId, order.Asset, order.Reserved))],
        Refused = report.Refused,
        Markets = report.Markets,
        Quotes = report.Quotes,
        TradingState = report.TradingState,
        StaleAccepted = report.StaleAccepted,
        Frozen = report.Frozen ?? (report.Paused ? "paused" : null),
        OpenIntents = report.OpenIntents,
        Lots = report.Lots,
    };

    public static IReadOnlyList<OutgoingMessage> ToMessages(PortfolioSettings settings, RebalanceDecided decided, DecisionDispatched dispatched) =>
        [.. dispatched.Parts.Select(part => new OutgoingMessage($"account/{part.AccountId}", new ExecuteDecision(
            settings.Id, dispatched.DecisionId, dispatched.ExpiresAt, Scopes(settings.Id),
            new ExecutionStyle(
                settings.Orders.Type, settings.Orders.TimeoutSeconds, settings.Orders.Slices, settings.Orders.PriceCollar, NoOrderLimit,
                LimitShares.For(decided, part.AccountId), settings.Orders.TimeInForce, settings.Orders.RepriceSeconds),
            [.. part.Trades.Select(trade => new TradeInstruction(
                trade.IntentId, trade.Market, trade.Side, trade.Quantity, trade.ReferencePrice))])))];

    /// <summary>Halts that stop an order of this portfolio.</summary>
    public static IReadOnlyList<string> Scopes(string portfolioId) => [HaltScope.Global, HaltScope.Portfolio(portfolioId)];

    public static AccountExecutionReported ToEvent(ExecutionCompleted completed, DateTimeOffset at) => new(
        completed.DecisionId, completed.AccountId,
        [.. completed.Results.Select(result => new TradeOutcome(
            result.IntentId, result.Market, result.Side, result.Intended, result.Filled, result.AveragePrice, result.Fees, result.Fills,
            result.State, result.Reason))],
        at);
}
