using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Rebalancer.Host.Api.Security;

namespace Rebalancer.Host.Web;

/// <summary>
/// Style sheets and scripts of the dashboard, its own and those of npm packages. They are inside the program: nothing is loaded from elsewhere
/// and no path of a request reaches the disk.
/// </summary>
public static class StaticFiles
{
    private const string Prefix = "Rebalancer.Host.Web.Assets.";

    private static readonly SortedDictionary<string, (byte[] Content, string Type, string Tag)> Files = Load();

    /// <summary>Its address, with a hash that changes with the file, so that browsers may keep it for good.</summary>
    public static string Url(string name) => $"/assets/{name}?v={Files[name].Tag}";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/assets/{name}", (HttpContext http, string name) =>
    {
        if (!Files.TryGetValue(name, out var file))
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(file.Content, file.Type, entityTag: new EntityTagHeaderValue($"\"{file.Tag}\""));
    }).WithMetadata(new OpenToAll()).ExcludeFromDescription();

    private static SortedDictionary<string, (byte[] Content, string Type, string Tag)> Load()
    {
        var files = new SortedDictionary<string, (byte[], string, string)>(StringComparer.Ordinal);
        var assembly = typeof(StaticFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var type = Path.GetExtension(resource) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "text/javascript; charset=utf-8",
            };
            files[resource[Prefix.Length..]] = (content, type, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        }

        return files;
    }
}
