using System.Text.Json;
using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Api;

/// <summary>What the service knows now. Lists are also CSV; numbers of money and quantity are decimal strings.</summary>
public static class ReadEndpoints
{
    public static void Map(RouteGroupBuilder routes)
    {
        var api = routes.MapGroup("").WithMetadata(new Requires(Role.Read)).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/status", (IServiceOperations operations, CancellationToken ct) => operations.GetStatusAsync(ct))
            .WithSummary("Value, score, weights, accounts and halts of every portfolio");
        api.MapGet("/config", async (IServiceOperations operations, CancellationToken ct) =>
            TypedResults.Text(await operations.GetConfigurationAsync(ct), "application/json")).Produces<JsonElement>().WithSummary("The settings, without secrets");
        api.MapGet("/topology", (IServiceOperations operations, CancellationToken ct) => operations.GetTopologyAsync(ct))
            .WithSummary("Nodes, actors, mailboxes, shards and journal");
        MapPortfolios(api);
        MapAccounts(api);
        MapLists(api);
        api.MapGet("/events", (HttpContext http, LiveFeed feed, IHostApplicationLifetime life, CancellationToken ct) =>
        {
            http.Response.Headers["X-Accel-Buffering"] = "no";
            return TypedResults.ServerSentEvents(LiveEvents.OfApi(feed, life.ApplicationStopping, ct));
        }).WithMetadata(new Streams()).Produces<string>(contentType: "text/event-stream").WithSummary("Server-sent events: status, decision, order, halt, each the new state as JSON");
    }

    private static void MapPortfolios(RouteGroupBuilder api)
    {
        api.MapGet("/portfolios", async (IServiceOperations operations, CancellationToken ct) => (await operations.GetStatusAsync(ct)).Portfolios)
            .WithSummary("Every portfolio");
        api.MapGet("/portfolios/{id}", async (IServiceOperations operations, string id, CancellationToken ct) => await PortfolioAsync(operations, id, ct))
            .WithSummary("One portfolio");
        api.MapGet("/portfolios/{id}/weights", async (HttpContext http, IServiceOperations operations, string id, CancellationToken ct) =>
            CsvAnswer.Rows(http, "weights", (await PortfolioAsync(operations, id, ct)).Assets, ApiColumns.Weights))
            .AlsoCsv<AssetWeightView>().WithSummary("Weight, target and band of every asset");
        api.MapGet("/portfolios/{id}/holdings", async (HttpContext http, IServiceOperations operations, string id, CancellationToken ct) =>
            CsvAnswer.Rows(http, "holdings", (await operations.GetHoldingsAsync(id, ct)).Holdings, ApiColumns.Holdings))
            .AlsoCsv<HoldingView>().WithSummary("What every account holds, valued");
        api.MapGet("/portfolios/{id}/prices", async (HttpContext http, IServiceOperations operations, string id, CancellationToken ct) =>
            CsvAnswer.Rows(http, "prices", (await operations.GetHoldingsAsync(id, ct)).Prices, ApiColumns.Prices))
            .AlsoCsv<PriceView>().WithSummary("Prices in base currency, with time and source");
        api.MapGet("/portfolios/{id}/history", async (HttpContext http, IServiceAudit audit, IServiceOperations operations, string id, CancellationToken ct) =>
            CsvAnswer.Rows(http, "history", await audit.GetHistoryAsync((await PortfolioAsync(operations, id, ct)).Id, ct), ApiColumns.Values))
            .AlsoCsv<Audit.ValuePoint>().WithSummary("Value and drift over time");
        api.MapGet("/portfolios/{id}/risk", async (IServiceOperations operations, RiskDesk risk, string id, CancellationToken ct) =>
            await risk.MeasureAsync(await PortfolioAsync(operations, id, ct), ct))
            .WithSummary("Exact efficient frontier, volatility and risk contributions of the portfolio now, of its target and after the plan");
    }

    private static void MapAccounts(RouteGroupBuilder api)
    {
        api.MapGet("/accounts", async (IServiceOperations operations, CancellationToken ct) =>
            (await operations.GetAccountsAsync(ct)).Select(account => account with { Markets = [], Quotes = [] }))
            .WithSummary("Every account with its balances; markets and quotes are in /accounts/{id}");
        api.MapGet("/accounts/{id}", async (IServiceOperations operations, string id, CancellationToken ct) => await AccountAsync(operations, id, ct))
            .WithSummary("One account with balances, market rules and quotes");
    }

    private static void MapLists(RouteGroupBuilder api)
    {
        api.MapGet("/orders", async (
            HttpContext http, IServiceOperations operations, string? account, string? decision, string? cursor, int? limit, CancellationToken ct) =>
        {
            var orders = await operations.GetOrdersAsync(account, cursor is null && decision is null ? Paging.Bounded(limit) + 1 : int.MaxValue, ct);
            var wanted = decision is null ? orders : orders.Where(entry => entry.Order.DecisionId == decision);
            var page = wanted.OrderByDescending(entry => entry.Order.ChangedAt).ThenByDescending(entry => entry.Order.IntentId, StringComparer.Ordinal)
                .Page(http, cursor, limit, entry => (entry.Order.ChangedAt, entry.Order.IntentId));
            return CsvAnswer.Rows(http, "orders", page, ApiColumns.Orders);
        }).AlsoCsv<AccountOrder>().WithSummary("Orders, the last changed first");
        api.MapGet("/decisions", async (
            HttpContext http, IServiceOperations operations, string? portfolio, string? cursor, int? limit, CancellationToken ct) =>
        {
            var decisions = await operations.GetDecisionsAsync(portfolio, cursor is null ? Paging.Bounded(limit) + 1 : int.MaxValue, ct);
            var page = decisions.OrderByDescending(entry => entry.Decision.At).ThenByDescending(entry => entry.Decision.Id, StringComparer.Ordinal)
                .Page(http, cursor, limit, entry => (entry.Decision.At, entry.Decision.Id));
            return CsvAnswer.Rows(http, "decisions", page, ApiColumns.Decisions);
        }).AlsoCsv<PortfolioDecision>().WithSummary("Recent decisions, newest first; /audit/decisions has all");
    }

    private static async Task<PortfolioView> PortfolioAsync(IServiceOperations operations, string id, CancellationToken cancellationToken)
    {
        var portfolios = (await operations.GetStatusAsync(cancellationToken)).Portfolios;
        return portfolios.FirstOrDefault(portfolio => portfolio.Id == id)
            ?? throw new UnknownNameException($"portfolio: there is no portfolio '{id}'; there are {string.Join(", ", portfolios.Select(portfolio => portfolio.Id))}");
    }

    private static async Task<AccountReport> AccountAsync(IServiceOperations operations, string id, CancellationToken cancellationToken)
    {
        var accounts = await operations.GetAccountsAsync(cancellationToken);
        return accounts.FirstOrDefault(account => account.AccountId == id)
            ?? throw new UnknownNameException($"account: there is no account '{id}'; there are {string.Join(", ", accounts.Select(account => account.AccountId))}");
    }
}
