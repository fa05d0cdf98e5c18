using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Rebalancer.Host.Api.Security;

namespace Rebalancer.Host.Api;

/// <summary>Gives every answer to a GET of the API an ETag of its content, and answers 304 to a caller who has that content already.</summary>
public sealed class EntityTags(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !BrowserRules.IsApi(context.Request) || context.GetEndpoint()?.Metadata.GetMetadata<Streams>() is not null)
        {
            await next(context);
            return;
        }

        var response = context.Response;
        var wire = response.Body;
        using var answer = new MemoryStream();
        response.Body = answer;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = wire;
        }

        if (response.StatusCode == StatusCodes.Status200OK)
        {
            var tag = new EntityTagHeaderValue($"\"{HashOf(answer)}\"");
            response.Headers.ETag = tag.ToString();
            // May be kept by the caller alone, and must be asked for again.
            response.Headers.CacheControl = "private, no-cache";
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.ContentLength = null;
                response.ContentType = null;
                return;
            }
        }

        if (answer.Length == 0 && response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            // Left for the problem details, which go only where nothing was said yet.
            return;
        }

        response.ContentLength = answer.Length;
        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    private static string HashOf(MemoryStream answer) => Convert.ToHexStringLower(SHA256.HashData(answer.GetBuffer().AsSpan(0, (int)answer.Length)).AsSpan(0, 16));
}

/// <summary>On an endpoint whose answer is not held together in memory.</summary>
public sealed record Streams;
