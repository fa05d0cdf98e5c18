using System.Text.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Api;

/// <summary>The OpenAPI document: what the endpoints themselves say, with what they cannot know of how JSON is written here.</summary>
public static class ApiDocument
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Rebalancer",
                Version = Versions.Product,
                Description = "Money and quantities are decimal strings, weights and statistics numbers. Lists are newest first; the Link header has the next page. "
                    + "Every GET has an ETag. Errors are problem details. Tokens have a role: read, operate or admin.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "From the data directory's api-token, or from 'rebalancer token create'" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context.Description);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(JsonElement))
            {
                schema.Description = "JSON as the settings file or a snapshot file has it";
            }

            if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) == typeof(decimal))
            {
                schema.Type = context.JsonTypeInfo.Type == typeof(decimal) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
                schema.Format = "decimal";
                schema.Pattern = null;
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>What is the same for many calls, and done for them by the middleware in front: names, ETags, CSV, errors.</summary>
    private static void Describe(OpenApiOperation operation, ApiDescription call)
    {
        operation.OperationId = NameOf(call);
        operation.Responses ??= new OpenApiResponses();
        operation.Responses["default"] = new OpenApiResponse { Description = "Problem details (RFC 9457): what is wrong and what to do" };
        if (!HttpMethods.IsGet(call.HttpMethod ?? "") || call.ActionDescriptor.EndpointMetadata.OfType<Streams>().Any())
        {
            return;
        }

        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "If-None-Match", In = ParameterLocation.Header, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Description = "The ETag of the answer one has",
        });
        operation.Responses["304"] = new OpenApiResponse { Description = "The answer is still the one with that ETag" };
        if (call.ActionDescriptor.EndpointMetadata.OfType<AlsoCsv>().Any())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "format", In = ParameterLocation.Query, Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["json", "csv"] }, Description = "JSON unless csv",
            });
        }
    }

    /// <summary>Such as getPortfoliosIdHoldings, for clients that are generated.</summary>
    private static string NameOf(ApiDescription call) => (call.HttpMethod ?? "").ToLowerInvariant() + string.Concat(
        $"/{call.RelativePath}"[ApiEndpoints.Base.Length..].Split('/', '-', '{', '}').Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
