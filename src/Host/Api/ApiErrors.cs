using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Host.Api;

/// <summary>
/// Turns what goes wrong into problem details (RFC 9457), which the command line turns into exit codes. What nobody foresaw is logged and
/// answered without its message: it may hold what the caller should not see.
/// </summary>
public sealed partial class ApiErrors(IProblemDetailsService problems) : IExceptionHandler
{
    private const int MatchMilliseconds = 1000;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = Tell(exception);
        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
        });
    }

    public static ProblemHttpResult Refused(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status409Conflict);

    /// <summary>The status code, and what may be said of it.</summary>
    public static (int Status, string? Detail) Tell(Exception exception) => exception switch
    {
        UnknownNameException unknown => (StatusCodes.Status404NotFound, unknown.Message),
        InvalidInputException or PlacementInputException => (StatusCodes.Status400BadRequest, exception.Message),
        OperationRefusedException refused => (StatusCodes.Status409Conflict, refused.Message),
        TimeoutException late => (StatusCodes.Status504GatewayTimeout, late.Message),
        ActorBusyException => (StatusCodes.Status503ServiceUnavailable, "The service is asked for more than it can answer now; ask again in a moment"),
        SolverUnavailableException or OperationCanceledException => (StatusCodes.Status503ServiceUnavailable, exception.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "The body is larger than this call takes"),
        BadHttpRequestException bad => (bad.StatusCode, $"The request is not what this call takes{Field(bad.InnerException?.Message ?? bad.Message)}; see /api/v1/openapi.json"),
        _ => (StatusCodes.Status500InternalServerError, "The service failed; its log says more"),
    };

    /// <summary>Names the field, and nothing of the program's insides.</summary>
    private static string Field(string message) =>
        UnknownField().Match(message) is { Success: true } unknown ? $": the field '{unknown.Groups["name"].Value}' is not known"
        : Place().Match(message) is { Success: true } place ? $": the value at {place.Groups["name"].Value} cannot be read"
        : Parameter().Match(message) is { Success: true } parameter ? $": the parameter '{parameter.Groups["name"].Value}' cannot be read"
        : "";

    [GeneratedRegex("^The JSON property '(?<name>[^']+)' could not be mapped", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex UnknownField();

    [GeneratedRegex(@"Path: (?<name>\$[\w.\[\]]*)", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Place();

    [GeneratedRegex("parameter \"[^\" ]+ (?<name>[^\"]+)\"", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Parameter();
}
