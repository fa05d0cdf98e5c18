namespace Rebalancer.Host.Cli;

/// <summary>
/// Ends a command with an exit code and lines for stderr. Each line says what is wrong, where (<c>file:line: field</c> when there is a
/// file) and what to do.
/// </summary>
public sealed class CommandException(int exitCode, IReadOnlyList<string> lines, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, lines), inner)
{
    public CommandException(int exitCode, string line, Exception? inner = null)
        : this(exitCode, [line], inner)
    {
    }

    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;

    public static CommandException BadInput(string line, Exception? inner = null) => new(Cli.ExitCode.BadInput, line, inner);

    public static CommandException BadInput(IReadOnlyList<string> lines) => new(Cli.ExitCode.BadInput, lines);

    public static CommandException Failed(string line, Exception? inner = null) => new(Cli.ExitCode.Failed, line, inner);
}
