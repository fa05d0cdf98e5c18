using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Gateway.Rpc;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>
/// One account of any venue that is reached through the brokers process. Replies are read strictly: a field too few or too many, or a number
/// that is not an exact decimal, makes the whole reply malformed.
/// </summary>
/// <param name="clock">The wall's, for patience.</param>
public sealed class BrokerVenue(BrokersProcess brokers, BrokerAccount account, VenueCapabilities capabilities, TimeProvider clock) : IVenue
{
    /// <summary>Longer than any time-out inside the process, which says better what was not answered.</summary>
    private static readonly TimeSpan QueryPatience = TimeSpan.FromSeconds(60);

    /// <summary>What an aborted send may take to be reported.</summary>
    private static readonly TimeSpan SendGrace = TimeSpan.FromSeconds(2);

    private readonly KeyPermissions _permissions = new(account);

    public VenueCapabilities Capabilities => capabilities;

    public string? CannotTrade => _permissions.CannotTrade;

    public void HearOfOrders(Action moved) => brokers.Listen(account.Id, moved);

    public Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken)
    {
        _permissions.Reconsider();
        return AskAsync<IReadOnlyList<MarketRules>>("markets", new JsonObject { ["assets"] = WantedAssets() }, cancellationToken);
    }

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => AskAsync<BalanceReport>("balances", [], cancellationToken);

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<Quote>>("quotes", new JsonObject { ["markets"] = new JsonArray([.. markets.Select(Write)]) }, cancellationToken);

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<PriceBar>>(
            "bars", new JsonObject { ["market"] = Write(market), ["frame"] = frame.Word(), ["since"] = Write(since) }, cancellationToken);

    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        if (!account.MaySend)
        {
            return new SendOutcome.NotSent($"{account.Id}: the venue is live and the portfolio's mode is not; nothing is sent");
        }

        if (await PrepareAsync(deadline, cancellationToken) is { } problem)
        {
            return new SendOutcome.NotSent(problem);
        }

        var message = new JsonObject { ["order"] = Write(order), ["deadline"] = OnMachine(deadline) };
        if (deadline.Remaining <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome.NotSent("the deadline had passed before the request was started");
        }

        if (!brokers.TrySend(account, "place", message, out var sending))
        {
            return new SendOutcome.NotSent("the brokers process has ended");
        }

        try
        {
            return ReadOutcome(await sending.WaitAsync(deadline.Remaining + SendGrace, clock, cancellationToken));
        }
        catch (Exception unknown) when (unknown is NodeProcessEndedException or RpcException or TimeoutException or OperationCanceledException or JsonException)
        {
            return new SendOutcome.Ambiguous($"{account.Id}: {unknown.Message}");
        }
    }

    public async Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken)
    {
        try
        {
            return (await AskAsync<CancelAnswer>("cancel", ById(clientOrderId, market), cancellationToken)).Outcome;
        }
        catch (VenueException)
        {
            return CancelOutcome.Ambiguous;
        }
    }

    public async Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken)
    {
        var reply = await QueryAsync("find", ById(clientOrderId, market), cancellationToken);
        return reply.ValueKind == JsonValueKind.Null ? null : Read<VenueOrder>("find", reply);
    }

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<VenueOrder>>("openOrders", [], cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<VenueOrder>>("closedOrders", new JsonObject { ["since"] = Write(since) }, cancellationToken);

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        AskAsync<FillPage>("fills", new JsonObject { ["cursor"] = cursor, ["since"] = Write(since) }, cancellationToken);

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<VenueTransfer>>("transfers", new JsonObject { ["since"] = Write(since) }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _permissions.Dispose();
        await brokers.CloseAsync(account.Id);
    }

    private JsonArray? WantedAssets() => account.WantedAssets() is { } assets ? [.. assets.Select(asset => JsonValue.Create(asset))] : null;

    private static JsonObject ById(string clientOrderId, MarketId market) => new() { ["clientOrderId"] = clientOrderId, ["market"] = Write(market) };

    private static JsonObject Write(MarketId market) => new() { ["asset"] = market.Asset, ["quote"] = market.Quote };

    private static string Write(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);

    private static string Write<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    private static JsonObject Write(OrderRequest order) => new()
    {
        ["clientOrderId"] = order.ClientOrderId,
        ["market"] = Write(order.Market),
        ["side"] = Write(order.Side),
        ["type"] = Write(order.Type),
        ["quantity"] = DecimalText.Format(order.Quantity),
        ["limitPrice"] = order.LimitPrice is { } price ? DecimalText.Format(price) : null,
        ["timeInForce"] = Write(order.TimeInForce),
        ["goodTill"] = order.GoodTill is { } till ? Write(till) : null,
    };

    /// <summary>The process counts on the machine's clock; a deadline on a simulated one is carried over as what is left of it.</summary>
    private static long OnMachine(SendDeadline deadline) => deadline.Uptime == UptimeClock.OfMachine
        ? deadline.UptimeMilliseconds
        : UptimeClock.OfMachine.Milliseconds + (long)deadline.Remaining.TotalMilliseconds;

    private static SendOutcome ReadOutcome(JsonElement reply)
    {
        var answer = CanonicalJson.Read<SendAnswer>(reply.GetRawText());
        return answer switch
        {
            { Outcome: "acknowledged", Order: { } order } => new SendOutcome.Acknowledged(order),
            { Outcome: "rejected", Code: { } code, Reason: { } reason } => new SendOutcome.Rejected(code, reason),
            { Outcome: "notSent", Reason: { } reason } => new SendOutcome.NotSent(reason),
            { Outcome: "ambiguous", Reason: { } reason } => new SendOutcome.Ambiguous(reason),
            _ => new SendOutcome.Ambiguous($"the brokers process answered \"{answer.Outcome}\" without what belongs to it"),
        };
    }

    /// <summary>Has the account open and its key's permissions known before anything is sent; null when so, else what is missing.</summary>
    private async Task<string?> PrepareAsync(SendDeadline deadline, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            patience.CancelAfter(TimeSpan.FromTicks(Math.Max(0, deadline.Remaining.Ticks)));
            await brokers.OpenAsync(account, QueryPatience, patience.Token);
            await CheckKeyAsync(patience.Token);
            return _permissions.CannotTrade is { } why ? $"{account.Id}: {why}" : null;
        }
        catch (VenueException unready)
        {
            return unready.Message;
        }
        catch (OperationCanceledException)
        {
            return "the deadline had passed before the account was open";
        }
    }

    private async Task<T> AskAsync<T>(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        Read<T>(method, await QueryAsync(method, parameters, cancellationToken));

    private async Task<JsonElement> QueryAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        await CheckKeyAsync(cancellationToken);
        return await brokers.QueryAsync(account, method, parameters, QueryPatience, cancellationToken);
    }

    private Task CheckKeyAsync(CancellationToken cancellationToken) => _permissions.CheckAsync(
        () => brokers.QueryAsync(account, "permissions", [], QueryPatience, cancellationToken), cancellationToken);

    private T Read<T>(string method, JsonElement reply)
    {
        try
        {
            return CanonicalJson.Read<T>(reply.GetRawText());
        }
        catch (JsonException unreadable)
        {
            throw new VenueException(VenueErrorKind.Malformed, $"{account.Id}: {method}: the answer cannot be read: {unreadable.Message}", inner: unreadable);
        }
    }

    private sealed record CancelAnswer(CancelOutcome Outcome);

    private sealed record SendAnswer(string Outcome, VenueOrder? Order = null, string? Code = null, string? Reason = null);
}
