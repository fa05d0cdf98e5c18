namespace Rebalancer.Domain.Common.Json;

/// <summary>
/// A JSON value that knows the line it began on, so that an error can name it. Numbers keep their text: read through a double, 0.1 would
/// already be another number.
/// </summary>
public abstract record LocatedJson(int Line)
{
    /// <summary>What a person would call this kind of value, for "must be a number, is …".</summary>
    public abstract string Kind { get; }
}

/// <summary>An object with its members in the order of the file.</summary>
public sealed record LocatedObject(int Line, IReadOnlyList<LocatedMember> Members) : LocatedJson(Line)
{
    public override string Kind => "an object";
}

/// <param name="Line">Line of the name.</param>
public sealed record LocatedMember(string Name, int Line, LocatedJson Value);

/// <summary>A list.</summary>
public sealed record LocatedArray(int Line, IReadOnlyList<LocatedJson> Items) : LocatedJson(Line)
{
    public override string Kind => "a list";
}

/// <summary>A text.</summary>
public sealed record LocatedText(int Line, string Value) : LocatedJson(Line)
{
    public override string Kind => $"the text \"{Value}\"";
}

/// <param name="Text">The number as it is written in the file.</param>
public sealed record LocatedNumber(int Line, string Text) : LocatedJson(Line)
{
    public override string Kind => $"the number {Text}";
}

/// <summary>true or false.</summary>
public sealed record LocatedFlag(int Line, bool Value) : LocatedJson(Line)
{
    public override string Kind => Value ? "true" : "false";
}

/// <summary>null, which is not the same as an absent member.</summary>
public sealed record LocatedNull(int Line) : LocatedJson(Line)
{
    public override string Kind => "null";
}
