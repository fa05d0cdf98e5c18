using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;

namespace Rebalancer.Host.Web;

/// <summary>What the pages' charts draw, and the same to take away as CSV or JSON: the API's answers, for those who may see the page.</summary>
public static class DataEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var data = routes.MapGroup("/data").WithMetadata(new Requires(Role.Read)).ExcludeFromDescription();
        data.MapGet("/history", async (HttpContext http, IServiceAudit audit, string portfolio, CancellationToken ct) =>
            CsvAnswer.Rows(http, "history", await audit.GetHistoryAsync(portfolio, ct), ApiColumns.Values));
        data.MapGet("/weights", async (HttpContext http, IServiceOperations operations, string portfolio, CancellationToken ct) =>
            CsvAnswer.Rows(http, "weights", (await PortfolioAsync(operations, portfolio, ct)).Assets, ApiColumns.Weights));
        data.MapGet("/holdings", async (HttpContext http, IServiceOperations operations, string portfolio, CancellationToken ct) =>
            CsvAnswer.Rows(http, "holdings", (await operations.GetHoldingsAsync(portfolio, ct)).Holdings, ApiColumns.Holdings));
        data.MapGet("/orders", async (HttpContext http, IServiceOperations operations, string? cursor, int? limit, CancellationToken ct) =>
            CsvAnswer.Rows(http, "orders", (await operations.GetOrdersAsync(null, int.MaxValue, ct)).Page(
                http, cursor, limit ?? Paging.MaximumLimit, entry => (entry.Order.ChangedAt, entry.Order.IntentId)), ApiColumns.Orders));
        data.MapGet("/decisions", async (HttpContext http, IServiceAudit audit, string? cursor, int? limit, CancellationToken ct) =>
            CsvAnswer.Rows(http, "decisions", (await audit.ListAsync(ct)).Page(http, cursor, limit, entry => (entry.At, entry.Id)), ApiColumns.Entries));
        data.MapGet("/trades", async (HttpContext http, IServiceAudit audit, string decision, CancellationToken ct) =>
            CsvAnswer.Rows(http, "trades", (await audit.FindAsync(decision, ct)).Decided.Plan.Trades, ApiColumns.Trades));
        data.MapGet("/flow", async (IServiceAudit audit, string decision, CancellationToken ct) => PlanFlow.Of((await audit.FindAsync(decision, ct)).Decided));
        data.MapGet("/risk", async (IServiceOperations operations, RiskDesk risk, string portfolio, CancellationToken ct) =>
            await risk.MeasureAsync(await PortfolioAsync(operations, portfolio, ct), ct));
    }

    private static async Task<PortfolioView> PortfolioAsync(IServiceOperations operations, string id, CancellationToken cancellationToken) =>
        (await operations.GetStatusAsync(cancellationToken)).Portfolios.FirstOrDefault(portfolio => portfolio.Id == id)
        ?? throw new UnknownNameException($"portfolio: there is no portfolio '{id}'");
}
