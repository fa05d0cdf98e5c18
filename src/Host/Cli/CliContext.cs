using System.Collections;

namespace Rebalancer.Host.Cli;

/// <summary>What a command may know of its surroundings, so that a test can be the terminal, the environment and the directory.</summary>
/// <param name="OutIsTerminal">False when stdout is piped or captured: no colour, no spinner.</param>
/// <param name="Variables">Environment variables of the process.</param>
/// <param name="Directory">Directory relative paths are relative to.</param>
public sealed record CliContext(
    TextWriter Out, TextWriter Error, TextReader In, bool OutIsTerminal, bool ErrorIsTerminal,
    IReadOnlyDictionary<string, string> Variables, string Directory, TimeProvider Clock, bool InIsTerminal = false)
{
    /// <summary>See https://no-color.org: any value that is not empty switches colour off.</summary>
    public bool UseColor => OutIsTerminal && string.IsNullOrEmpty(Variables.GetValueOrDefault("NO_COLOR"));

    /// <summary>Whether a person can be asked: there is a screen for the questions and a keyboard for the answers.</summary>
    public bool IsInteractive => OutIsTerminal && InIsTerminal;

    public static CliContext FromProcess() => new(
        Console.Out, Console.Error, Console.In, !Console.IsOutputRedirected, !Console.IsErrorRedirected,
        ReadVariables(), System.IO.Directory.GetCurrentDirectory(), TimeProvider.System, !Console.IsInputRedirected);

    /// <summary>The full path of a path given on the command line.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Directory);

    /// <summary>A path as the user would write it from where they stand, for messages and commands to paste.</summary>
    public string Display(string path)
    {
        var relative = Path.GetRelativePath(Directory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static SortedDictionary<string, string> ReadVariables()
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return variables;
    }
}
