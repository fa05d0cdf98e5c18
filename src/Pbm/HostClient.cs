using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Rebalancer.Pbm;

/// <summary>Talks to a running service: downloads its palettes and has it carry lines out.</summary>
public sealed class HostClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="token">Sent as a bearer token; null where the host asks for none.</param>
    public HostClient(Uri address, string? token)
    {
        // Deciding may take the solver's whole time limit.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Add("X-Operator", Environment.UserName);
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Uri Address => _http.BaseAddress!;

    public Task<IReadOnlyList<Palette>> DownloadAsync(CancellationToken cancellationToken) =>
        SendAsync<IReadOnlyList<Palette>>(new HttpRequestMessage(HttpMethod.Get, "api/v1/pbm/palettes"), cancellationToken);

    public Task<Answer> RunAsync(string line, string? cursor, CancellationToken cancellationToken) => SendAsync<Answer>(
        new HttpRequestMessage(HttpMethod.Post, "api/v1/pbm/run") { Content = JsonContent.Create(new Request(line, cursor), options: JsonSerializerOptions.Web) },
        cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => (await answer.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken))!,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new HostException(
                    $"{Address} refuses this token ({(int)answer.StatusCode}); name the service's data directory with --data, or its token with --token env:NAME or file:PATH"),
                HttpStatusCode.NotFound => throw new HostException($"{Address} is no service that knows pbm; is the port right?"),
                var other => throw new HostException($"{Address} answers with {(int)other} {await answer.Content.ReadAsStringAsync(cancellationToken)}"),
            };
        }
        catch (HttpRequestException unreachable)
        {
            throw new HostException($"no service answers at {Address} ({unreachable.Message}); say where it listens: pbm HOST:PORT", unreachable);
        }
        catch (JsonException foreign)
        {
            throw new HostException($"{Address} does not answer as a service of this version does ({foreign.Message})", foreign);
        }
        finally
        {
            request.Dispose();
        }
    }
}
