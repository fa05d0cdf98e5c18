using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Rebalancer.Host.Tests.Notifications;

/// <summary>A receiver on loopback that answers as it is told to, one answer after the other and the last for ever, and keeps what it was sent.</summary>
internal sealed class Hook : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<int> _answers;
    private readonly ConcurrentQueue<Delivery> _received = new();
    private readonly Task _serving;

    /// <param name="answers">Status codes; 0 never answers.</param>
    public Hook(params IReadOnlyList<int> answers)
    {
        _answers = new ConcurrentQueue<int>(answers);
        Address = Listen();
        _serving = ServeAsync();
    }

    /// <summary>With a secret in it, as those of many services.</summary>
    public string Address { get; }

    public IReadOnlyList<Delivery> Received => [.. _received];

    public async ValueTask DisposeAsync()
    {
        _listener.Abort();
        await _serving;
    }

    private string Listen()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 60_000);
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
                return $"http://127.0.0.1:{port}/hook/s3cret-path";
            }
            catch (HttpListenerException)
            {
                // The port is taken; another is not.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var headers = context.Request.Headers;
            _received.Enqueue(new Delivery(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"], await reader.ReadToEndAsync()));
            var answer = _answers.Count > 1 && _answers.TryDequeue(out var next) ? next : _answers.TryPeek(out var last) ? last : 204;
            if (answer != 0)
            {
                context.Response.StatusCode = answer;
                context.Response.RedirectLocation = "http://127.0.0.1:1/elsewhere";
                context.Response.Close();
            }
        }
    }
}

internal sealed record Delivery(string Id, string Timestamp, string? Signature, string Body);
