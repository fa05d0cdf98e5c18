using Rebalancer.Host.Api.Security;

namespace Rebalancer.Host.Pbm;

/// <summary>A command of a palette on the host's side.</summary>
/// <param name="RunAsync">Gives the answer; what it throws of <see cref="PbmException"/> and the API's own refusals is told to the client.</param>
/// <param name="Role">The least role whose holder may ask for it.</param>
public sealed record PbmCommand(
    string Name, string Usage, string Description, Func<PbmCall, CancellationToken, Task<PbmAnswer>> RunAsync, bool Follows = false, Role Role = Role.Read)
{
    /// <summary>Where the command asks one node of its own, it takes <c>--node</c>: an id, a name, or <c>all</c>.</summary>
    public bool IsOfOneNode => Usage.Contains("--node", StringComparison.Ordinal);
}

/// <summary>One call of a command.</summary>
public sealed record PbmCall(PbmArguments Arguments, PbmRequest Request)
{
    public string? Cursor => Request.Cursor;

    public string Who => Request.Who;
}

/// <summary>A group of commands, as Petabridge.Cmd calls it.</summary>
public interface IPbmPalette
{
    string Name { get; }

    string Description { get; }

    IReadOnlyList<PbmCommand> Commands { get; }
}
