using System.Net;
using System.Net.Sockets;

namespace Rebalancer.Cluster.World;

/// <summary>
/// The line between a node and the database. Cut, it passes nothing on and tells nobody, as a pulled cable does; slowed, the database's answers
/// come late.
/// </summary>
public sealed class DatabaseLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _database;
    private readonly Uri _journal;
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _connections = [];
    private readonly Task _accepting;
    private long _delayTicks;

    private DatabaseLink(Uri journal)
    {
        (_journal, _database) = (journal, new IPEndPoint(IPAddress.Parse(journal.Host), journal.Port));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The database's address by way of this line.</summary>
    public string Journal => new UriBuilder(_journal) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.ToString();

    public bool IsCut { get; private set; }

    /// <summary>How much later the database's answers arrive.</summary>
    public TimeSpan ReplyDelay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    public static DatabaseLink To(string journal) => new(new Uri(journal));

    /// <summary>From now on nothing passes; connections stay open and silent.</summary>
    public void Cut() => IsCut = true;

    /// <summary>Lets new connections pass; what was open during the cut is reset.</summary>
    public void Mend()
    {
        lock (_lock)
        {
            _connections.ForEach(connection => connection.Dispose());
            _connections.Clear();
        }

        IsCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Mend();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var node = await _listener.AcceptTcpClientAsync(_stopping.Token);
                node.NoDelay = true;
                Keep(node);
                _ = ServeAsync(node);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The trial is over.
        }
    }

    private async Task ServeAsync(TcpClient node)
    {
        var database = new TcpClient { NoDelay = true };
        Keep(database);
        try
        {
            await WhileCutAsync();
            await database.ConnectAsync(_database, _stopping.Token);
            await Task.WhenAny(PumpAsync(node, database, answers: false), PumpAsync(database, node, answers: true));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The connection's end is told to both sides below.
        }
        finally
        {
            node.Dispose();
            database.Dispose();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool answers)
    {
        var buffer = new byte[64 * 1024];
        var (source, target) = (from.GetStream(), to.GetStream());
        while (true)
        {
            var count = await source.ReadAsync(buffer, _stopping.Token);
            if (count == 0)
            {
                return;
            }

            if (answers && ReplyDelay > TimeSpan.Zero)
            {
                await Task.Delay(ReplyDelay, _stopping.Token);
            }

            await WhileCutAsync();
            await target.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
        }
    }

    private async Task WhileCutAsync()
    {
        while (IsCut)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _stopping.Token);
        }
    }

    private void Keep(TcpClient connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
        }
    }
}
