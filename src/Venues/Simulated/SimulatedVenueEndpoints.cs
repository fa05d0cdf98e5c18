using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Venues.Simulated;

/// <summary>The HTTP face of the simulated venues. Bodies are canonical JSON; every error has an <see cref="ErrorAnswer"/>.</summary>
internal static class SimulatedVenueEndpoints
{
    private const string AccountPath = "/exchanges/{exchange}/accounts/{account}";

    public static void Map(IEndpointRouteBuilder routes, SimulatedWorld world, TimeProvider clock)
    {
        routes.MapPut(AccountPath, context => OpenAccountAsync(context, world));
        routes.MapPost(AccountPath + "/transfers", context => TransferAsync(context, world));
        routes.MapPut("/exchanges/{exchange}/faults", context => ConfigureAsync<SimulatedFaults>(context, world, (desk, faults) => desk.Faults = faults));
        routes.MapPut(
            "/exchanges/{exchange}/latency", context => ConfigureAsync<SimulatedLatency>(context, world, (desk, latency) => desk.Latency = latency));

        routes.MapPost(AccountPath + "/orders", context => PlaceAsync(context, world, clock));
        Query(routes.MapDelete, "/orders/{id}", world, (reading, account, request) =>
            new CancelAnswer(reading.Exchange.Cancel(account, Route(request, "id"), reading.Now)));
        Query(routes.MapGet, "/orders/{id}", world, (reading, account, request) => AccountQueries.Find(reading, account, Route(request, "id")));
        Query(routes.MapGet, "/open-orders", world, (reading, account, _) => AccountQueries.Open(reading, account));
        Query(routes.MapGet, "/closed-orders", world, (reading, account, request) => AccountQueries.Closed(reading, account, Since(request)));
        Query(routes.MapGet, "/fills", world, (reading, account, request) =>
            AccountQueries.Fills(reading, account, request.Query["cursor"].SingleOrDefault(), Since(request)));
        Query(routes.MapGet, "/transfers", world, (reading, account, request) => AccountQueries.Transfers(reading, account, Since(request)));
        Query(routes.MapGet, "/balances", world, (reading, account, _) => AccountQueries.Balances(reading, account));
        Query(routes.MapGet, "/markets", world, (reading, _, _) => reading.Exchange.Markets(reading.Now));
        Query(routes.MapGet, "/quotes", world, (reading, _, request) =>
            reading.Exchange.Quotes([.. request.Query["market"].Select(ParseMarket)], reading.Now));
        Query(routes.MapGet, "/bars", world, (reading, _, request) =>
            reading.Exchange.Bars(ParseMarket(request.Query["market"].SingleOrDefault()), Frame(request), Since(request), reading.Now));
    }

    /// <summary>A word that names no frame is an error of the caller's, which a shorter or longer frame must not hide.</summary>
    private static TimeFrame Frame(HttpRequest request)
    {
        var word = request.Query["frame"].SingleOrDefault();
        var known = TimeFrames.Words.Where(entry => entry.Word == word).ToList();
        return known.Count == 1 ? known[0].Meaning : throw new VenueException(VenueErrorKind.Unsupported, $"'{word}' is not a time frame");
    }

    internal static Task WriteAsync<T>(HttpContext context, int status, T value)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(CanonicalJson.Write(value), context.RequestAborted);
    }

    private static void Query<T>(
        Func<string, RequestDelegate, IEndpointConventionBuilder> map, string path, SimulatedWorld world,
        Func<DeskReading, string, HttpRequest, T> read) =>
        map(AccountPath + path, async context =>
        {
            var account = Route(context.Request, "account");
            try
            {
                var desk = world.Desk(Route(context.Request, "exchange"));
                var answer = await desk.QueryAsync(account, reading => read(reading, account, context.Request), context.RequestAborted);
                await (answer is null
                    ? WriteAsync(context, StatusCodes.Status404NotFound, new ErrorAnswer(WireCodes.OrderNotFound, "no such order now"))
                    : WriteAsync(context, StatusCodes.Status200OK, answer));
            }
            catch (VenueException error)
            {
                await WriteErrorAsync(context, error);
            }
        });

    private static async Task PlaceAsync(HttpContext context, SimulatedWorld world, TimeProvider clock)
    {
        if (await ReadAsync<PlaceMessage>(context) is not { } message)
        {
            return;
        }

        if (clock.GetUtcNow() > message.ExpiresAt)
        {
            await WriteAsync(
                context, StatusCodes.Status422UnprocessableEntity, new ErrorAnswer(WireCodes.DeadlinePassed, "the order arrived past its deadline"));
            return;
        }

        SendReply reply;
        try
        {
            reply = await world.Desk(Route(context.Request, "exchange")).PlaceAsync(Route(context.Request, "account"), message.Order);
        }
        catch (VenueException error)
        {
            await WriteErrorAsync(context, error);
            return;
        }

        await (reply switch
        {
            SendReply.Accepted accepted => WriteAsync(context, StatusCodes.Status200OK, accepted.Order),
            SendReply.Refused refused => WriteAsync(
                context, StatusCodes.Status422UnprocessableEntity, new ErrorAnswer(refused.Rejection.Code, refused.Rejection.Reason)),
            SendReply.Throttled throttled => WriteErrorAsync(
                context, new VenueException(VenueErrorKind.RateLimited, "too many orders", throttled.RetryAfter)),
            SendReply.ServerError => WriteErrorAsync(context, new VenueException(VenueErrorKind.Unavailable, "server error")),
            SendReply.Garbled => WriteGarbledAsync(context),
            _ => DropAsync(context),
        });
    }

    private static async Task OpenAccountAsync(HttpContext context, SimulatedWorld world)
    {
        if (await ReadAsync<SimulatedAccountOptions>(context) is not { } options)
        {
            return;
        }

        try
        {
            world.OpenAccount(Route(context.Request, "account"), options with { Exchange = Route(context.Request, "exchange") });
            await WriteAsync(context, StatusCodes.Status200OK, options);
        }
        catch (InvalidOperationException conflict)
        {
            await WriteAsync(context, StatusCodes.Status409Conflict, new ErrorAnswer(WireCodes.Conflict, conflict.Message));
        }
    }

    private static async Task TransferAsync(HttpContext context, SimulatedWorld world)
    {
        if (await ReadAsync<TransferMessage>(context) is not { } message)
        {
            return;
        }

        try
        {
            var transfer = world.Desk(Route(context.Request, "exchange")).Operate((exchange, now) =>
                exchange.Transfer(Route(context.Request, "account"), message.Kind, message.Asset, message.Amount, now));
            await WriteAsync(context, StatusCodes.Status200OK, transfer);
        }
        catch (InvalidOperationException refused)
        {
            await WriteAsync(context, StatusCodes.Status422UnprocessableEntity, new ErrorAnswer(RejectCodes.InsufficientBalance, refused.Message));
        }
        catch (VenueException error)
        {
            await WriteErrorAsync(context, error);
        }
    }

    private static async Task ConfigureAsync<T>(HttpContext context, SimulatedWorld world, Action<SimulatedDesk, T> configure)
        where T : class
    {
        if (await ReadAsync<T>(context) is not { } settings)
        {
            return;
        }

        try
        {
            configure(world.Desk(Route(context.Request, "exchange")), settings);
            await WriteAsync(context, StatusCodes.Status200OK, settings);
        }
        catch (VenueException error)
        {
            await WriteErrorAsync(context, error);
        }
    }

    private static Task WriteErrorAsync(HttpContext context, VenueException error)
    {
        if (error.Kind == VenueErrorKind.Malformed)
        {
            return WriteGarbledAsync(context);
        }

        var (status, code) = error.Kind switch
        {
            VenueErrorKind.RateLimited => (StatusCodes.Status429TooManyRequests, RejectCodes.RateLimited),
            VenueErrorKind.Unauthorised => (StatusCodes.Status401Unauthorized, WireCodes.Unauthorised),
            VenueErrorKind.Unsupported => (StatusCodes.Status501NotImplemented, WireCodes.Unsupported),
            _ => (StatusCodes.Status503ServiceUnavailable, WireCodes.Unavailable),
        };
        return WriteAsync(context, status, new ErrorAnswer(code, error.Message, (decimal?)error.RetryAfter?.TotalSeconds));
    }

    private static Task WriteGarbledAsync(HttpContext context) => context.Response.WriteAsync("[{\"venueOrderId\":\"S1", context.RequestAborted);

    private static Task DropAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Null after answering that the body cannot be read.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext context)
        where T : class
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        try
        {
            return context.Request.HasJsonContentType()
                ? CanonicalJson.Read<T>(body)
                : throw new JsonException("expected the content type application/json");
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, new ErrorAnswer(WireCodes.Malformed, unreadable.Message));
            return null;
        }
    }

    private static string Route(HttpRequest request, string name) => (string)request.RouteValues[name]!;

    private static DateTimeOffset Since(HttpRequest request) =>
        DateTimeOffset.TryParse(request.Query["since"].SingleOrDefault(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : DateTimeOffset.MinValue;

    /// <summary>A text that names no market stays one that no exchange has.</summary>
    private static MarketId ParseMarket(string? text) =>
        text?.Split('/') is [var asset, var quote] ? new MarketId(asset, quote) : new MarketId(text ?? "", "");
}
