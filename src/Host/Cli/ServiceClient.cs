using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli;

/// <summary>Calls a running service and turns its refusals into exit codes.</summary>
public sealed class ServiceClient : IDisposable
{
    private readonly HttpClient _http;

    public ServiceClient(Uri address, string token, string user)
    {
        // Deciding may take the solver's whole time limit; the caller ends it earlier with Ctrl-C.
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _http.DefaultRequestHeaders.Add(CallerExtensions.OperatorHeader, user);
    }

    public static ServiceClient Connect(CliContext context, ParseResult parse) => ServiceAddress.Find(context, parse).Connect();

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => _http.GetAsync(path, cancellationToken));
        return await ReadAsync<T>(response, cancellationToken);
    }

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => _http.PostAsJsonAsync(path, body, JsonOutput.Compact, cancellationToken));
        return await ReadAsync<T>(response, cancellationToken);
    }

    public async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => _http.PostAsJsonAsync(path, body, JsonOutput.Compact, cancellationToken));
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send)
    {
        HttpResponseMessage response;
        try
        {
            response = await send();
        }
        catch (HttpRequestException failure)
        {
            throw CommandException.Failed(
                $"no service answers at {_http.BaseAddress} ({failure.Message}); start one with 'rebalancer demo' or 'rebalancer run', or say which with --data or --url",
                failure);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response);
        }
    }

    private async Task<CommandException> RefusalAsync(HttpResponseMessage response)
    {
        var detail = await DetailAsync(response);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => CommandException.BadInput($"--token: {_http.BaseAddress} does not accept this token; give its data directory with --data, or --token"),
            HttpStatusCode.Forbidden => CommandException.BadInput($"--token: {detail}"),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound => new CommandException(ExitCode.BadInput, detail.Split('\n')),
            HttpStatusCode.Conflict => new CommandException(ExitCode.Refused, detail.Split('\n')),
            _ => CommandException.Failed($"{_http.BaseAddress}: {(int)response.StatusCode}: {detail}; see the service's log"),
        };
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>();
            return problem?.Detail ?? problem?.Title ?? response.ReasonPhrase ?? "no reason given";
        }
        catch (JsonException)
        {
            return response.ReasonPhrase ?? "no reason given";
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(JsonOutput.Compact, cancellationToken)
                ?? throw CommandException.Failed($"{_http.BaseAddress}: the answer is empty; is this a Rebalancer of the same version?");
        }
        catch (JsonException failure)
        {
            throw CommandException.Failed($"{_http.BaseAddress}: the answer cannot be read ({failure.Message}); is this a Rebalancer of the same version?", failure);
        }
    }
}
