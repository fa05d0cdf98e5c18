namespace Rebalancer.Pbm;

/// <summary>What the downloaded palettes offer.</summary>
internal static class Help
{
    public static void WritePalettes(IReadOnlyList<Palette> palettes, TextWriter output)
    {
        var width = palettes.Max(palette => palette.Name.Length);
        foreach (var palette in palettes)
        {
            output.WriteLine($"{palette.Name.PadRight(width)}  {palette.Description}");
        }

        output.WriteLine($"{"exit".PadRight(width)}  End the session. A palette's name alone lists its commands; '> FILE' keeps an answer.");
    }

    public static void WriteCommands(Palette palette, TextWriter output)
    {
        foreach (var command in palette.Commands)
        {
            output.WriteLine(command.Usage);
            output.WriteLine($"    {command.Description}{(command.Follows ? "; goes on until Ctrl-C" : "")}");
        }
    }
}
