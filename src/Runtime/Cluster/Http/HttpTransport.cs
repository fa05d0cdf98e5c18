using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Runtime.Cluster.Http;

/// <summary>
/// Carries messages to other nodes by HTTP POST: one line a node, in order, what has gathered meanwhile in one request. A line that is full
/// or a node that does not answer loses messages, as the interface allows.
/// </summary>
/// <param name="http">Its time-out bounds how long a silent node holds its line up.</param>
/// <param name="wire">Both ends have the same.</param>
/// <param name="token">What nodes show each other; sent as a bearer token.</param>
public sealed class HttpTransport(HttpClient http, ClusterWire wire, string token, ILogger log) : IClusterTransport, IAsyncDisposable
{
    /// <summary>Where a node takes messages in, below its address.</summary>
    public const string Path = "cluster/v1/messages";

    private const int MostWaiting = 2_000;
    private const int MostPerRequest = 200;

    private readonly HttpClient _http = http;
    private readonly ILogger _log = log;
    private readonly string _token = token;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SortedDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>Where a node is; null when it is not known any more. Set before the first message.</summary>
    public Func<string, Uri?> AddressOf { get; set; } = _ => null;

    public void Send(string node, ClusterMessage message)
    {
        WireMessage form;
        try
        {
            form = wire.Write(message);
        }
        catch (EventCatalogException unknown)
        {
            _log.LogError(unknown, "A {Message} for node {Node} cannot be sent", message.Content.GetType().Name, node);
            return;
        }

        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
                return;
            if (!_lines.TryGetValue(node, out var line))
                _lines.Add(node, line = new Line(this, node));
            if (!line.TryAdd(form))
                _log.LogWarning("The line to node {Node} is full; a {Message} for it is dropped", node, form.Name);
        }
    }

    /// <summary>Drops what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        List<Line> lines;
        lock (_gate)
            lines = [.. _lines.Values];
        foreach (var line in lines)
            await line.Ended;
        _stopping.Dispose();
    }

    /// <summary>A node whose address is gone is not coming back under that id.</summary>
    private void Forget(Line line)
    {
        lock (_gate)
            _lines.Remove(line.Node);
    }

    private sealed class Line
    {
        private readonly HttpTransport _transport;
        private readonly Channel<WireMessage> _waiting = Channel.CreateBounded<WireMessage>(MostWaiting);
        private bool _isSilent;

        public Line(HttpTransport transport, string node)
        {
            _transport = transport;
            Node = node;
            Ended = RunAsync(transport._stopping.Token);
        }

        public string Node { get; }

        public Task Ended { get; }

        public bool TryAdd(WireMessage message) => _waiting.Writer.TryWrite(message);

        private async Task RunAsync(CancellationToken stopping)
        {
            var batch = new List<WireMessage>();
            try
            {
                while (await _waiting.Reader.WaitToReadAsync(stopping))
                {
                    while (batch.Count < MostPerRequest && _waiting.Reader.TryRead(out var next))
                        batch.Add(next);
                    if (_transport.AddressOf(Node) is not { } address)
                    {
                        _transport.Forget(this);
                        return;
                    }

                    await PostAsync(address, batch, stopping);
                    batch.Clear();
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The node stops.
            }
            catch (Exception failure)
            {
                // Nothing foreseen. The next message gets a new line instead of filling one that nobody reads.
                _transport._log.LogError(failure, "The line to node {Node} failed; what waited for it is dropped", Node);
                _transport.Forget(this);
            }
        }

        private async Task PostAsync(Uri address, List<WireMessage> batch, CancellationToken stopping)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, Path)) { Content = JsonContent.Create(batch) };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _transport._token);
                using var answer = await _transport._http.SendAsync(request, stopping);
                answer.EnsureSuccessStatusCode();
                if (_isSilent)
                    _transport._log.LogInformation("Node {Node} answers again", Node);
                _isSilent = false;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException
                || (failure is OperationCanceledException && !stopping.IsCancellationRequested))
            {
                if (!_isSilent)
                    _transport._log.LogWarning("Node {Node} cannot be reached ({Reason}); messages to it are dropped", Node, failure.Message);
                _isSilent = true;
            }
        }
    }
}
