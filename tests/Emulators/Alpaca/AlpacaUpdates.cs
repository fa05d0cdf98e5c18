using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Alpaca;

/// <summary>
/// The stream of trade updates as https://docs.alpaca.markets/docs/websocket-streaming describes it: <c>authenticate</c>, <c>listen</c>, then a
/// message, in binary frames, for whatever becomes of an order.
/// </summary>
internal sealed class AlpacaUpdates(Book book) : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _cut = new();
    private int _listeners;

    /// <summary>Connections that have asked for trade updates and are open.</summary>
    public int Listeners => Volatile.Read(ref _listeners);

    /// <summary>Breaks off every connection there is.</summary>
    public void Disconnect()
    {
        lock (_gate)
        {
            _cut.Cancel();
            _cut.Dispose();
            _cut = new CancellationTokenSource();
        }
    }

    public async Task ServeAsync(WebSocket socket, CancellationToken stopping)
    {
        using var either = Either(stopping);
        await ServeListenerAsync(socket, either.Token);
    }

    public void Dispose() => _cut.Dispose();

    private CancellationTokenSource Either(CancellationToken stopping)
    {
        lock (_gate)
        {
            return CancellationTokenSource.CreateLinkedTokenSource(stopping, _cut.Token);
        }
    }

    private async Task ServeListenerAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var account = await AuthenticateAsync(socket, cancellationToken);
        if (account is null)
        {
            return;
        }

        _ = await ReceiveAsync(socket, cancellationToken);
        var changes = Channel.CreateUnbounded<bool>();
        void OnChanged(object? sender, EventArgs nothing) => changes.Writer.TryWrite(true);
        book.Changed += OnChanged;
        var known = book.Orders(account).ToDictionary(order => order.Id);
        try
        {
            await SendAsync(socket, "listening", new JsonObject { ["streams"] = new JsonArray("trade_updates") }, cancellationToken);
            Interlocked.Increment(ref _listeners);
            var closed = ReceiveAsync(socket, cancellationToken);
            while (await Task.WhenAny(closed, changes.Reader.ReadAsync(cancellationToken).AsTask()) != closed)
            {
                foreach (var order in book.Orders(account).Where(order => known.GetValueOrDefault(order.Id) != order))
                {
                    known[order.Id] = order;
                    await SendAsync(socket, "trade_updates", Update(order), cancellationToken);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _listeners);
            book.Changed -= OnChanged;
        }
    }

    /// <returns>Whose key it is; null when it is refused.</returns>
    private static async Task<string?> AuthenticateAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var data = (await ReceiveAsync(socket, cancellationToken))?["data"];
        var account = (string?)data?["key_id"];
        var isGenuine = account is not null && (string?)data!["secret_key"] == AlpacaEmulator.SecretOf(account);
        var answer = new JsonObject { ["status"] = isGenuine ? "authorized" : "unauthorized", ["action"] = "authenticate" };
        await SendAsync(socket, "authorization", answer, cancellationToken);
        return isGenuine ? account : null;
    }

    private static JsonObject Update(BookOrder order) => new()
    {
        ["event"] = order.Status switch
        {
            BookStatus.Filled => "fill",
            BookStatus.Cancelled => "canceled",
            BookStatus.Open when order.Filled > 0 => "partial_fill",
            BookStatus.Open => "new",
            _ => "expired",
        },
        ["timestamp"] = AlpacaEmulator.Time(order.ChangedAt),
        ["order"] = AlpacaOrders.Write(order),
    };

    private static async Task SendAsync(WebSocket socket, string stream, JsonObject data, CancellationToken cancellationToken) => await socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["stream"] = stream, ["data"] = data }), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);

    /// <summary>Null when the other side has closed the connection, or broken it off.</summary>
    private static async Task<JsonNode?> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[4096];
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            return received.MessageType == WebSocketMessageType.Close ? null : JsonNode.Parse(buffer.AsSpan(0, received.Count));
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            return null;
        }
    }
}
