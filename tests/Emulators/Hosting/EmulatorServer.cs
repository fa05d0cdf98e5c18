using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rebalancer.Emulators.Hosting;

/// <summary>What a request to an emulator said: parameters of query and form together, in the order they came.</summary>
public sealed record EmulatorRequest(string Method, string Path, string Query, string Body, IHeaderDictionary Headers)
{
    /// <summary>Query and form fields by name; of a repeated one the first.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; } = Parse(Query, Body);

    public string? Field(string name) => Fields.GetValueOrDefault(name);

    private static Dictionary<string, string> Parse(params string[] texts)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in texts.SelectMany(text => text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at > 0)
            {
                fields.TryAdd(WebUtility.UrlDecode(pair[..at]), WebUtility.UrlDecode(pair[(at + 1)..]));
            }
        }

        return fields;
    }
}

/// <param name="Json">The body.</param>
public sealed record EmulatorReply(int Status, string Json)
{
    /// <summary>A header of the answer; null for none.</summary>
    public string? SetCookie { get; init; }
}

/// <summary>A venue's REST interface on loopback, with the faults of <see cref="EmulatorFaults"/> between it and its client.</summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<string> _requests = [];

    private EmulatorServer(WebApplication app, Uri address, EmulatorFaults faults) => (_app, Address, Faults) = (app, address, faults);

    public Uri Address { get; }

    public EmulatorFaults Faults { get; }

    /// <summary>Every request that arrived, as <c>METHOD path</c>.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <param name="answer">The venue.</param>
    /// <param name="port">0 is any free one.</param>
    /// <param name="stream">Serves a WebSocket; null where the venue has none.</param>
    public static async Task<EmulatorServer> StartAsync(
        Func<EmulatorRequest, EmulatorReply> answer, EmulatorFaults faults, int port = 0, Func<WebSocket, CancellationToken, Task>? stream = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        EmulatorServer? server = null;
        app.UseWebSockets();
        app.Run(async context =>
        {
            if (stream is not null && context.WebSockets.IsWebSocketRequest)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await stream(socket, app.Lifetime.ApplicationStopping);
                return;
            }

            await server!.HandleAsync(context, answer);
        });
        await app.StartAsync();
        server = new EmulatorServer(app, new Uri(app.Urls.Single()), faults);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context, Func<EmulatorRequest, EmulatorReply> answer)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var path = context.Request.Path.Value ?? "/";
        var name = $"{context.Request.Method} {path}";
        lock (_requests)
        {
            _requests.Add(name);
        }

        var fault = Faults.Take(name);
        if (fault is EmulatorFault.DisconnectBefore)
        {
            context.Abort();
            return;
        }

        var reply = fault switch
        {
            EmulatorFault.ServerErrorBefore => new EmulatorReply(502, "<html>Bad Gateway</html>"),
            EmulatorFault.TooManyRequests => new EmulatorReply(429, "{\"code\":-1003,\"msg\":\"Too many requests.\"}"),
            EmulatorFault.Banned => new EmulatorReply(418, "{\"code\":-1003,\"msg\":\"Way too many requests; IP banned until 1.\"}"),
            _ => answer(new EmulatorRequest(context.Request.Method, path, context.Request.QueryString.Value ?? "", body, context.Request.Headers)),
        };
        if (Faults.AnswerDelay > TimeSpan.Zero && HttpMethods.IsPost(context.Request.Method))
        {
            await Task.Delay(Faults.AnswerDelay);
        }

        await WriteAsync(context, fault, reply, Faults.ClockSkew);
    }

    private static async Task WriteAsync(HttpContext context, EmulatorFault? fault, EmulatorReply reply, TimeSpan clockSkew)
    {
        switch (fault)
        {
            case EmulatorFault.DisconnectAfter:
                context.Abort();
                return;
            case EmulatorFault.HangAfter:
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                }
                catch (OperationCanceledException)
                {
                    // The client gave up, which is what was planned for it.
                }

                return;
            case EmulatorFault.ServerErrorAfter:
                reply = new EmulatorReply(502, "<html>Bad Gateway</html>");
                break;
            case EmulatorFault.Truncated:
                reply = reply with { Json = reply.Json[..(reply.Json.Length / 2)] };
                break;
            case EmulatorFault.Html:
                reply = new EmulatorReply(200, "<html>maintenance</html>");
                break;
            case EmulatorFault.TooManyRequests or EmulatorFault.Banned:
                context.Response.Headers.RetryAfter = "7";
                break;
        }

        if (clockSkew != TimeSpan.Zero)
        {
            context.Response.Headers.Date = (DateTimeOffset.UtcNow + clockSkew).ToString("R", CultureInfo.InvariantCulture);
        }

        if (reply.SetCookie is { } cookie)
        {
            context.Response.Headers.SetCookie = cookie;
        }

        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(reply.Json);
    }
}
