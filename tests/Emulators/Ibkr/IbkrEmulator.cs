using System.Net;
using System.Net.Sockets;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Ibkr;

/// <summary>
/// TWS's socket on loopback: handshake and messages of server version 178, from https://interactivebrokers.github.io/tws-api and the fields that
/// its published clients read and write. One login with one account.
/// </summary>
public sealed class IbkrEmulator : IAsyncDisposable
{
    public const int ServerVersion = 178;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IbkrConnection> _connections = [];
    private readonly SortedDictionary<long, (int ClientId, int OrderId)> _ids = [];
    private readonly List<Task> _running = [];
    private readonly TcpListener _listener;

    private IbkrEmulator(string account, TimeProvider clock, int port)
    {
        (Account, Clock, Book) = (account, clock, new Book(clock));
        _listener = new TcpListener(IPAddress.Loopback, port);
    }

    public string Account { get; }

    public Book Book { get; }

    public EmulatorFaults Faults { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether New York trades now.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether commission reports are kept back, as they are for a moment after a trade.</summary>
    public bool HoldsCommissions { get; set; }

    /// <summary>Orders that arrived, refused ones included.</summary>
    public int Placements { get; internal set; }

    internal TimeProvider Clock { get; }

    public static IbkrEmulator Start(string account, TimeProvider clock, int port = 0)
    {
        var emulator = new IbkrEmulator(account, clock, port);
        emulator._listener.Start();
        emulator._running.Add(emulator.AcceptAsync());
        return emulator;
    }

    /// <summary>As TWS restarts at night: every connection ends, and new ones are taken.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _connections.ForEach(connection => connection.Close());
            _connections.Clear();
        }
    }

    /// <summary>Tells every client something about the connection, such as 1100.</summary>
    public void Announce(int code, string message)
    {
        lock (_gate)
        {
            _connections.ForEach(connection => connection.Announce(code, message));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Restart();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    internal void Remember(long bookOrder, int clientId, int orderId)
    {
        lock (_gate)
        {
            _ids[bookOrder] = (clientId, orderId);
        }
    }

    /// <summary>By which client and number an order was placed; others' by none.</summary>
    internal (int ClientId, int OrderId) IdsOf(long bookOrder)
    {
        lock (_gate)
        {
            return _ids.GetValueOrDefault(bookOrder);
        }
    }

    internal long? BookOrderOf(int clientId, int orderId)
    {
        lock (_gate)
        {
            return _ids.Where(entry => entry.Value == (clientId, orderId)).Select(entry => (long?)entry.Key).FirstOrDefault();
        }
    }

    internal int NextOrderId(int clientId)
    {
        lock (_gate)
        {
            return _ids.Values.Where(ids => ids.ClientId == clientId).Select(ids => ids.OrderId).DefaultIfEmpty(0).Max() + 1;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var connection = new IbkrConnection(this, await _listener.AcceptTcpClientAsync(_stop.Token));
                lock (_gate)
                {
                    _connections.Add(connection);
                    _running.Add(connection.RunAsync());
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The emulator has been stopped.
        }
    }
}
