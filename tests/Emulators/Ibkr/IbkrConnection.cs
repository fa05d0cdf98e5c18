using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Ibkr;

/// <summary>One client of the emulator: the handshake, then its requests, one after the other.</summary>
internal sealed class IbkrConnection
{
    private readonly IbkrEmulator _emulator;
    private readonly TcpClient _client;
    private readonly IbkrReports _reports;
    private readonly Lock _writing = new();

    public IbkrConnection(IbkrEmulator emulator, TcpClient client)
    {
        (_emulator, _client) = (emulator, client);
        _reports = new IbkrReports(emulator, Send);
    }

    public int ClientId { get; private set; }

    public async Task RunAsync()
    {
        try
        {
            var stream = _client.GetStream();
            await ShakeHandsAsync(stream);
            while (await IbkrFrame.ReadAsync(stream) is { } fields)
            {
                Handle(fields);
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The client, or the emulator, has closed the connection.
        }
        finally
        {
            Close();
        }
    }

    public void Close() => _client.Dispose();

    public void Announce(int code, string message) => Send(Error(-1, code, message));

    private static IbkrFrame Error(int id, int code, string message) => IbkrFrame.Of(4, 2, id, code, message, "");

    private static int Int(string field) => int.Parse(field, CultureInfo.InvariantCulture);

    private async Task ShakeHandsAsync(NetworkStream stream)
    {
        var prefix = new byte[4];
        await stream.ReadExactlyAsync(prefix);
        if (Encoding.ASCII.GetString(prefix) != "API\0")
        {
            throw new IOException("the client does not begin with API");
        }

        await stream.ReadExactlyAsync(prefix);
        await stream.ReadExactlyAsync(new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(prefix)]);
        Send(IbkrFrame.Of(IbkrEmulator.ServerVersion, _emulator.Clock.GetUtcNow().ToString("yyyyMMdd HH:mm:ss 'GMT'", CultureInfo.InvariantCulture)));
    }

    private void Send(IbkrFrame frame)
    {
        lock (_writing)
        {
            if (_client.Connected)
            {
                _client.GetStream().Write(frame.ToBytes());
            }
        }
    }

    private void Handle(string[] fields)
    {
        var name = Int(fields[0]) switch { 3 => "placeOrder", 4 => "cancelOrder", 61 => "reqPositions", var other => $"message {other}" };
        var fault = _emulator.Faults.Take(name);
        if (fault == EmulatorFault.DisconnectBefore)
        {
            _emulator.Placements += name == "placeOrder" ? 1 : 0;
            throw new IOException("as planned");
        }

        Route(fields, isHeard: fault is null);
        if (fault == EmulatorFault.DisconnectAfter)
        {
            throw new IOException("as planned");
        }
    }

    /// <param name="isHeard">Whether the client gets the answers of what it asked.</param>
    private void Route(string[] fields, bool isHeard)
    {
        Action<IbkrFrame> answer = isHeard ? Send : _ => { };
        switch (Int(fields[0]))
        {
            case 71:
                ClientId = Int(fields[2]);
                Send(IbkrFrame.Of(15, 1, _emulator.Account));
                Send(IbkrFrame.Of(9, 1, _emulator.NextOrderId(ClientId)));
                Announce(2104, "Market data farm connection is OK:usfarm");
                break;
            case 3:
                _emulator.Placements++;
                new IbkrOrders(_emulator, ClientId, answer).Place(fields);
                break;
            case 4:
                new IbkrOrders(_emulator, ClientId, answer).Cancel(Int(fields[2]));
                break;
            case 1:
                _reports.Quotes(Int(fields[2]), fields[4]);
                break;
            case 7:
                _reports.Executions(Int(fields[2]));
                break;
            case 9:
                _reports.ContractDetails(Int(fields[2]), fields[4], fields[5], fields[12]);
                break;
            case 16:
                _reports.OpenOrders();
                break;
            case 20:
                _reports.History(Int(fields[1]), fields[3], fields[16], fields[17]);
                break;
            case 49:
                Send(IbkrFrame.Of(49, 1, (_emulator.Clock.GetUtcNow() + _emulator.Faults.ClockSkew).ToUnixTimeSeconds()));
                break;
            case 61:
                _reports.Positions();
                break;
            case 62:
                _reports.AccountSummary(Int(fields[2]));
                break;
            case 91:
                Send(IbkrFrame.Of(93, Int(fields[1]), 2, 0, 0.0001m, 1, 0.01m));
                break;
            case 99:
                _reports.CompletedOrders();
                break;
        }
    }
}
