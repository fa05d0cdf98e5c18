using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>
/// One account of a simulated exchange that runs in a process of its own. Nothing is retried: the handler itself does not repeat a request
/// whose body it has begun to write.
/// </summary>
/// <param name="endpoint">Where the venues are now; asked for at each request, since they may have been started again elsewhere.</param>
/// <param name="clock">The clock shared with the venues, on which deadlines are counted.</param>
public sealed class SimulatedVenueClient(
    HttpClient http, Func<Uri> endpoint, string account, SimulatedAccountOptions options, TimeProvider clock) : IVenue
{
    private readonly string _exchangePath = $"exchanges/{Uri.EscapeDataString(options.Exchange)}";
    private bool _isOpen;

    public VenueCapabilities Capabilities { get; } = AccountQueries.Capabilities(SimulatedCatalog.Create(options));

    private string AccountPath => $"{_exchangePath}/accounts/{Uri.EscapeDataString(account)}";

    public Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<MarketRules>>("/markets", cancellationToken);

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => GetAsync<BalanceReport>("/balances", cancellationToken);

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<Quote>>(
            "/quotes?" + string.Join('&', markets.Select(market => "market=" + Uri.EscapeDataString(market.ToString()))), cancellationToken);

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<PriceBar>>(
            $"/bars?market={Uri.EscapeDataString(market.ToString())}&frame={frame.Word()}&{Since(since)}", cancellationToken);

    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint(), AccountPath + "/orders"));
        var remaining = deadline.Remaining;
        if (remaining <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome.NotSent("the deadline had passed before the request was started");
        }

        request.Content = Json(new PlaceMessage(order, clock.GetUtcNow() + remaining));
        using var expiry = new CancellationTokenSource(remaining, clock);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, abort.Token);
            return await ReadOutcomeAsync(response, abort.Token);
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return new SendOutcome.NotSent($"no connection: {refused.Message}");
        }
        catch (HttpRequestException broken)
        {
            return new SendOutcome.Ambiguous($"the connection broke: {broken.Message}");
        }
        catch (OperationCanceledException)
        {
            return new SendOutcome.Ambiguous("no answer by the deadline");
        }
    }

    public async Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken)
    {
        try
        {
            var path = "/orders/" + Uri.EscapeDataString(clientOrderId);
            return (await ExchangeAsync<CancelAnswer>(HttpMethod.Delete, AccountPath + path, content: null, cancellationToken)).Outcome;
        }
        catch (VenueException)
        {
            return CancelOutcome.Ambiguous;
        }
    }

    public async Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var response = await SendAsync(
            HttpMethod.Get, AccountPath + "/orders/" + Uri.EscapeDataString(clientOrderId), content: null, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);

        // Only the venue's own "not found" says that it has no such order; any other 404 says that something else answered.
        return response.StatusCode == HttpStatusCode.NotFound && Error(body)?.Code == WireCodes.OrderNotFound
            ? null
            : Read<VenueOrder>(response, body);
    }

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<VenueOrder>>("/open-orders", cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<VenueOrder>>("/closed-orders?" + Since(since), cancellationToken);

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        GetAsync<FillPage>("/fills?" + Since(since) + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)), cancellationToken);

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<VenueTransfer>>("/transfers?" + Since(since), cancellationToken);

    /// <summary>Moves money or assets in (positive) or out, as the account's owner would at the venue.</summary>
    /// <exception cref="VenueException">The venue refused it.</exception>
    public async Task<VenueTransfer> TransferAsync(string kind, string asset, decimal amount, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var content = Json(new TransferMessage(kind, asset, amount));
        return await ExchangeAsync<VenueTransfer>(HttpMethod.Post, AccountPath + "/transfers", content, cancellationToken);
    }

    /// <summary>Changes what goes wrong at the exchange, for all its accounts.</summary>
    public async Task SetFaultsAsync(SimulatedFaults faults, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var content = Json(faults);
        await ExchangeAsync<SimulatedFaults>(HttpMethod.Put, _exchangePath + "/faults", content, cancellationToken);
    }

    /// <summary>Changes how long requests and replies take at the exchange, for all its accounts.</summary>
    public async Task SetLatencyAsync(SimulatedLatency latency, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var content = Json(latency);
        await ExchangeAsync<SimulatedLatency>(HttpMethod.Put, _exchangePath + "/latency", content, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Since(DateTimeOffset since) => "since=" + Uri.EscapeDataString(since.ToString("O", CultureInfo.InvariantCulture));

    private static StringContent Json<T>(T value) => new(CanonicalJson.Write(value), Encoding.UTF8, "application/json");

    private static async Task<SendOutcome> ReadOutcomeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if ((int)response.StatusCode is >= 400 and < 500 && Error(body) is { } error)
        {
            return new SendOutcome.Rejected(error.Code, error.Reason);
        }

        if (!response.IsSuccessStatusCode)
        {
            return new SendOutcome.Ambiguous($"answer {(int)response.StatusCode}");
        }

        try
        {
            return new SendOutcome.Acknowledged(CanonicalJson.Read<VenueOrder>(body));
        }
        catch (JsonException unreadable)
        {
            return new SendOutcome.Ambiguous($"the answer cannot be read: {unreadable.Message}");
        }
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        return await ExchangeAsync<T>(HttpMethod.Get, AccountPath + path, content: null, cancellationToken);
    }

    /// <summary>The account is opened with the first query, so that a service can be started while its venues are down.</summary>
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!_isOpen)
        {
            using var content = Json(options);
            await ExchangeAsync<SimulatedAccountOptions>(HttpMethod.Put, AccountPath, content, cancellationToken);
            _isOpen = true;
        }
    }

    private async Task<T> ExchangeAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, content, cancellationToken);
        return Read<T>(response, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(endpoint(), path));
            request.Content = content;
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException broken)
        {
            throw new VenueException(VenueErrorKind.Unavailable, $"{options.Exchange}: {broken.Message}", inner: broken);
        }
        catch (OperationCanceledException timeout) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VenueException(VenueErrorKind.Unavailable, $"{options.Exchange}: no answer in {http.Timeout}", inner: timeout);
        }
    }

    private T Read<T>(HttpResponseMessage response, string body)
    {
        if (!response.IsSuccessStatusCode)
        {
            var error = Error(body);
            var kind = (response.StatusCode, error) switch
            {
                (HttpStatusCode.TooManyRequests, _) => VenueErrorKind.RateLimited,
                (HttpStatusCode.Unauthorized, _) => VenueErrorKind.Unauthorised,
                (HttpStatusCode.NotImplemented, not null) or (HttpStatusCode.Conflict, not null) => VenueErrorKind.Unsupported,
                ( < HttpStatusCode.InternalServerError, null) => VenueErrorKind.Malformed,
                _ => VenueErrorKind.Unavailable,
            };
            var wait = error?.RetryAfterSeconds is { } seconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : (TimeSpan?)null;
            throw new VenueException(kind, $"{options.Exchange}: {error?.Reason ?? $"answer {(int)response.StatusCode}"}", wait);
        }

        try
        {
            return CanonicalJson.Read<T>(body);
        }
        catch (JsonException unreadable)
        {
            throw new VenueException(VenueErrorKind.Malformed, $"{options.Exchange}: the answer cannot be read: {unreadable.Message}", inner: unreadable);
        }
    }

    private static ErrorAnswer? Error(string body)
    {
        try
        {
            return CanonicalJson.Read<ErrorAnswer>(body) is { Code: not null } error ? error : null;
        }
        catch (JsonException)
        {
            // Not the venue's own error: whoever wrote it, it proves nothing.
            return null;
        }
    }
}
