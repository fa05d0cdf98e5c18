using Microsoft.AspNetCore.Http.HttpResults;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Host.Api;

/// <summary>Turns what an operation throws into problem details that the command line turns into exit codes.</summary>
public sealed class ApiErrors : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (UnknownNameException unknown)
        {
            return TypedResults.Problem(unknown.Message, statusCode: StatusCodes.Status404NotFound);
        }
        catch (InvalidInputException invalid)
        {
            return TypedResults.Problem(invalid.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (OperationRefusedException refused)
        {
            return Refused(refused.Message);
        }
        catch (TimeoutException late)
        {
            return TypedResults.Problem(late.Message, statusCode: StatusCodes.Status504GatewayTimeout);
        }
    }

    public static ProblemHttpResult Refused(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status409Conflict);
}
