using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Tests.Api;

/// <summary>The OpenAPI document against OpenAPI's own rules, against docs/api.md, and against the server.</summary>
public sealed partial class ApiDocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Document_FollowsTheRulesOfOpenApi()
    {
        var document = await DocumentAsync();
        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, method, operation) in Operations(document))
        {
            var call = $"{method} {path}";
            names.Add(operation.GetProperty("operationId").GetString()!).ShouldBeTrue($"{call}: an operationId is there once");
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(call);
            var answers = operation.GetProperty("responses");
            answers.EnumerateObject().ShouldContain(answer => answer.Name.StartsWith('2'), call);
            answers.TryGetProperty("default", out _).ShouldBeTrue(call);
            var inPath = Parameters(operation).Where(parameter => parameter.GetProperty("in").GetString() == "path").Select(parameter => parameter.GetProperty("name").GetString()!);
            inPath.Order(StringComparer.Ordinal).ShouldBe(InBraces().Matches(path).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal), call);
            Parameters(operation).Select(parameter => parameter.GetProperty("name").GetString()).ShouldBeUnique(call);
        }

        var text = document.GetRawText();
        foreach (var reference in Reference().Matches(text).Select(match => match.Groups["name"].Value).Distinct())
        {
            document.GetProperty("components").GetProperty("schemas").TryGetProperty(reference, out _).ShouldBeTrue($"{reference} is referred to");
        }
    }

    [Fact]
    public async Task Documentation_ListsEveryCallOfTheDocument_AndNoOther()
    {
        var documented = Call().Matches(await File.ReadAllTextAsync(Path.Combine(Source.Root, "docs/api.md")))
            .Select(match => $"{match.Groups["method"].Value} {match.Groups["path"].Value}").Distinct().Order(StringComparer.Ordinal);
        var there = Operations(await DocumentAsync()).Select(call => $"{call.Method.ToUpperInvariant()} {call.Path[ApiEndpoints.Base.Length..]}").Order(StringComparer.Ordinal);
        documented.ShouldBe(there);
    }

    [Fact]
    public async Task ListsThatAreAlsoCsv_SayItAndAre()
    {
        using var client = api.Client(api.ReadToken);
        var csv = Operations(await DocumentAsync())
            .Where(call => Parameters(call.Operation).Any(parameter => parameter.GetProperty("name").GetString() == "format")).Select(call => call.Path).ToList();
        csv.Count.ShouldBeGreaterThan(5);
        using var answer = await client.GetAsync("api/v1/portfolios/main/weights?format=csv");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        csv.ShouldContain("/api/v1/portfolios/{id}/weights");
    }

    [Theory]
    [InlineData("GET", "nothing-here", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "status", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "now", HttpStatusCode.MethodNotAllowed)]
    public async Task CallThatIsNotThere_IsAnsweredByProblemDetails(string method, string path, HttpStatusCode status)
    {
        using var client = api.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"api/v1/{path}");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetInt32().ShouldBe((int)status);
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var client = api.Client(api.ReadToken);
        return JsonDocument.Parse(await client.GetStringAsync("api/v1/openapi.json")).RootElement;
    }

    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(call => (path.Name, call.Name, call.Value)));

    private static IEnumerable<JsonElement> Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [];

    [GeneratedRegex(@"\{(?<name>[^}]+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InBraces();

    [GeneratedRegex("\"#/components/schemas/(?<name>[^\"/]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("`(?<method>GET|POST) (?<path>/[^` ]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();
}
