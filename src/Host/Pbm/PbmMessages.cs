using Rebalancer.Host.Api.Security;

namespace Rebalancer.Host.Pbm;

/// <summary>A palette as the client downloads it.</summary>
public sealed record PbmPalette(string Name, string Description, IReadOnlyList<PbmCommandHelp> Commands);

/// <param name="Usage">Arguments, as <c>PATH</c> or <c>[-n N]</c>.</param>
/// <param name="Follows">The answer has a cursor: asked again with it, the command says what is new.</param>
public sealed record PbmCommandHelp(string Name, string Usage, string Description, bool Follows);

/// <param name="Line">As typed: palette, command, arguments.</param>
/// <param name="Cursor">Of the answer to go on from.</param>
public sealed record PbmLine(string Line, string? Cursor = null);

/// <summary>A line with who sent it.</summary>
/// <param name="Who">Whom a change is journaled for.</param>
/// <param name="Role">What they may do.</param>
public sealed record PbmRequest(string Line, string? Cursor, string Who, Role Role);

/// <param name="Items">What was asked for, one line and one value an item.</param>
/// <param name="Cursor">Where to go on from, for commands that follow.</param>
/// <param name="Error">What is wrong and what to do; then there are no items.</param>
public sealed record PbmAnswer(IReadOnlyList<PbmItem> Items, string? Cursor = null, string? Error = null)
{
    public static PbmAnswer Of(IEnumerable<PbmItem> items, string? cursor = null) => new([.. items], cursor);

    public static PbmAnswer Done(string line) => new([new PbmItem(line, new { done = true })]);
}

/// <param name="Line">For a terminal; may have several lines.</param>
/// <param name="Value">For programs.</param>
public sealed record PbmItem(string Line, object Value);

/// <summary>A line that cannot be carried out; the message says what is wrong and what to do.</summary>
public sealed class PbmException(string message) : Exception(message);
