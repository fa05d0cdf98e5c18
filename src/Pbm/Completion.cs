namespace Rebalancer.Pbm;

/// <summary>How a line may go on.</summary>
public sealed class Completion(IReadOnlyList<Palette> palettes)
{
    /// <summary>Words that the one being typed may become.</summary>
    public IReadOnlyList<string> Of(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = line.Split(' ');
        var candidates = words.Length switch
        {
            1 => palettes.Select(palette => palette.Name).Append("help").Append("exit"),
            2 => CommandsOf(words[0]).Select(command => command.Name),
            _ => CommandsOf(words[0]).Where(command => command.Name == words[1])
                .SelectMany(command => command.Usage.Split([' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries)).Where(word => word[0] == '-'),
        };
        return [.. candidates.Where(word => word.StartsWith(words[^1], StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private IReadOnlyList<PaletteCommand> CommandsOf(string palette) => palettes.FirstOrDefault(known => known.Name == palette)?.Commands ?? [];
}
