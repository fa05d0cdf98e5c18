using System.Text.Json;

namespace Rebalancer.Pbm;

/// <summary>A group of commands, as the host describes it.</summary>
public sealed record Palette(string Name, string Description, IReadOnlyList<PaletteCommand> Commands);

/// <param name="Follows">Asked again with the cursor of its answer, it says what is new.</param>
public sealed record PaletteCommand(string Name, string Usage, string Description, bool Follows);

/// <summary>A line as it was typed, with the cursor of the answer before it where the command follows.</summary>
public sealed record Request(string Line, string? Cursor);

/// <summary>What a line came to: items, where to go on from, or what was wrong.</summary>
public sealed record Answer(IReadOnlyList<Item> Items, string? Cursor, string? Error);

/// <param name="Line">For a terminal.</param>
/// <param name="Value">For programs.</param>
public sealed record Item(string Line, JsonElement Value);

/// <summary>The host cannot be reached or refuses the client as a whole; the message says what to do.</summary>
public sealed class HostException(string message, Exception? inner = null) : Exception(message, inner);
