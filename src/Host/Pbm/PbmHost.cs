using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Pbm;

/// <summary>Carries out the lines of <c>pbm</c>, on this node or by asking another.</summary>
public sealed class PbmHost(IReadOnlyList<IPbmPalette> palettes, IPbmNodes nodes)
{
    private const string NodeOption = "--node";

    public IReadOnlyList<PbmPalette> Palettes { get; } =
    [
        .. palettes.Select(palette => new PbmPalette(
            palette.Name, palette.Description,
            [.. palette.Commands.Select(command => new PbmCommandHelp(command.Name, command.Usage, command.Description, command.Follows))])),
    ];

    /// <param name="isForwarded">Another node asks: nothing is sent on.</param>
    public async Task<PbmAnswer> RunAsync(PbmRequest request, bool isForwarded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var words = PbmArguments.Split(request.Line);
            var command = Find(words);
            if (request.Role < command.Role)
            {
                throw new PbmException($"{words[0]} {words[1]}: needs a token of role {command.Role.ToString().ToLowerInvariant()}; yours has role {request.Role.ToString().ToLowerInvariant()}");
            }

            var arguments = PbmArguments.Parse([.. words.Skip(2)], command.Usage);
            if (!isForwarded && command.IsOfOneNode && arguments.Option(NodeOption) is { } node)
            {
                return await AskNodesAsync(node, request, cancellationToken);
            }

            return await command.RunAsync(new PbmCall(arguments, request), cancellationToken);
        }
        catch (Exception refused) when (refused is PbmException or UnknownNameException or OperationRefusedException or InvalidInputException or TimeoutException)
        {
            return new PbmAnswer([], null, refused.Message);
        }
    }

    private PbmCommand Find(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
        {
            throw new PbmException("the line is empty; 'help' lists the palettes");
        }

        var palette = palettes.FirstOrDefault(known => known.Name == words[0]) ?? throw new PbmException(Unknown("palette", words[0], palettes.Select(known => known.Name)));
        if (words.Count == 1)
        {
            throw new PbmException($"{palette.Name}: say which command: {string.Join(", ", palette.Commands.Select(command => command.Name))}");
        }

        return palette.Commands.FirstOrDefault(known => known.Name == words[1])
            ?? throw new PbmException(Unknown($"command of {palette.Name}", words[1], palette.Commands.Select(command => command.Name)));
    }

    /// <summary>Each node's items, marked with its name when several were asked.</summary>
    private async Task<PbmAnswer> AskNodesAsync(string wanted, PbmRequest request, CancellationToken cancellationToken)
    {
        var living = nodes.Living;
        var asked = wanted == "all" ? living : [.. living.Where(id => id == wanted || id.StartsWith(wanted + "-", StringComparison.Ordinal))];
        if (asked.Count == 0)
        {
            throw new PbmException(Unknown("node", wanted, living));
        }

        var items = new List<PbmItem>();
        foreach (var id in asked)
        {
            var answer = id == nodes.Self
                ? await RunAsync(request, isForwarded: true, cancellationToken)
                : await nodes.AskAsync(id, request, cancellationToken);
            if (asked.Count == 1)
            {
                return answer;
            }

            items.AddRange(answer.Error is { } error
                ? [new PbmItem($"{id}: {error}", new { node = id, error })]
                : answer.Items.Select(item => new PbmItem($"{id}: {item.Line}", new { node = id, value = item.Value })));
        }

        return PbmAnswer.Of(items);
    }

    private static string Unknown(string what, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        return $"'{name}' is no {what}{(NearestName.Of(name, names) is { } nearest ? $"; did you mean '{nearest}'?" : "")}; there is: {string.Join(", ", names)}";
    }
}
