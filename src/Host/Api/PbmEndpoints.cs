using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Pbm;

namespace Rebalancer.Host.Api;

/// <summary>What <c>pbm</c> calls: the palettes, and their commands, each of which says itself which role it needs.</summary>
public static class PbmEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, PbmHost pbm)
    {
        var group = routes.MapGroup($"{ApiEndpoints.Base}/pbm").WithMetadata(new Requires(Role.Read));
        group.MapGet("/palettes", () => pbm.Palettes);
        group.MapPost("/run", (HttpContext http, PbmLine line, CancellationToken ct) =>
            pbm.RunAsync(new PbmRequest(line.Line, line.Cursor, http.By(null).Who, http.Caller()!.Role), isForwarded: false, ct));
    }
}
