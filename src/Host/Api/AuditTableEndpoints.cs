using Rebalancer.Domain.Audit;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Audit;

namespace Rebalancer.Host.Api;

/// <summary>What was traded and what it cost, as <c>audit export</c> writes it.</summary>
public static class AuditTableEndpoints
{
    public static void Map(RouteGroupBuilder routes)
    {
        var read = routes.MapGroup("/audit").WithMetadata(new Requires(Role.Read));
        read.MapGet("/trades", async (HttpContext http, IServiceAudit audit, string? decision, string? cursor, int? limit, CancellationToken ct) =>
        {
            var trades = (await TradesAsync(audit, decision, ct)).OrderByDescending(trade => trade.At).ThenByDescending(IdOf, StringComparer.Ordinal);
            return CsvAnswer.Rows(http, "trades", trades.Page(http, cursor, limit, trade => (trade.At, IdOf(trade))), AuditTables.Trades);
        }).Produces<IReadOnlyList<TradeEntry>>().WithSummary("Every fill with its fee and its slippage against the decision's price, newest first");
        read.MapGet("/fees", async (HttpContext http, IServiceAudit audit, string? decision, CancellationToken ct) =>
            CsvAnswer.Rows(http, "fees", FeeEntry.Of(await TradesAsync(audit, decision, ct)), AuditTables.Fees))
            .Produces<IReadOnlyList<FeeEntry>>().WithSummary("Fees by decision, account and asset");
        read.MapGet("/slippage", async (HttpContext http, IServiceAudit audit, string? decision, CancellationToken ct) =>
            CsvAnswer.Rows(http, "slippage", SlippageEntry.Of(await TradesAsync(audit, decision, ct)), AuditTables.Slippage))
            .Produces<IReadOnlyList<SlippageEntry>>().WithSummary("How far fills were from the decision's price, by decision, account and asset");
    }

    private static string IdOf(TradeEntry trade) => $"{trade.Account}/{trade.TradeId}";

    private static async Task<List<TradeEntry>> TradesAsync(IServiceAudit audit, string? decision, CancellationToken cancellationToken)
    {
        var trades = new List<TradeEntry>();
        await foreach (var trade in audit.ReadTradesAsync(cancellationToken))
        {
            if (decision is null || trade.Decision == decision)
            {
                trades.Add(trade);
            }
        }

        return trades;
    }
}
