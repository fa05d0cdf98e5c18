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
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) == typeof(decimal))
            {
                schema.Type = context.JsonTypeInfo.Type == typeof(decimal) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
                schema.Format = "decimal";
                schema.Pattern = null;
            }

            return Task.CompletedTask;
        });
    }
}
