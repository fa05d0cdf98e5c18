using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Common.Json;

/// <summary>
/// Reads the fields of one object and reports what is wrong with them, each with its line and path. The names asked for are the known ones;
/// <see cref="RejectUnknown"/> then reports every other. Null counts as absent. A wrong value is reported and read as absent.
/// </summary>
public sealed class JsonFields
{
    private readonly Dictionary<string, LocatedMember> _members;
    private readonly List<string> _known = [];
    private readonly InputErrors _errors;

    private JsonFields(LocatedObject source, string path, InputErrors errors)
    {
        _members = new Dictionary<string, LocatedMember>(source.Members.Count, StringComparer.Ordinal);
        foreach (var member in source.Members)
        {
            _members.TryAdd(member.Name, member);
        }

        Line = source.Line;
        Path = path;
        Members = source.Members;
        _errors = errors;
    }

    public int Line { get; }

    /// <summary>Path of this object; empty for the root.</summary>
    public string Path { get; }

    /// <summary>In the order of the file, for objects whose names are data (assets, currencies).</summary>
    public IReadOnlyList<LocatedMember> Members { get; }

    /// <summary>The object's fields; null after reporting that the value is no object.</summary>
    public static JsonFields? Of(LocatedJson value, string path, InputErrors errors)
    {
        if (value is LocatedObject source)
        {
            return new JsonFields(source, path, errors);
        }

        errors.Add(value.Line, path, $"must be an object, is {value.Kind}", "write { \"name\": value, … }");
        return null;
    }

    /// <summary>The fields of a text that is one object.</summary>
    /// <param name="source">The text's name in messages.</param>
    /// <param name="errors">Goes on collecting what is wrong with the fields as they are read.</param>
    /// <exception cref="InvalidInputException">It is no JSON, gives a name twice, or is no object.</exception>
    public static JsonFields OfText(string text, string source, InputErrors errors)
    {
        var tree = LocatedJsonParser.Parse(text, errors);
        errors.ThrowIfAny(source);
        var fields = Of(tree!, "", errors);
        errors.ThrowIfAny(source);
        return fields!;
    }

    public string FieldPath(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>Line of the field, or of the object when the field is absent.</summary>
    public int LineOf(string name) => _members.TryGetValue(name, out var member) ? member.Line : Line;

    /// <summary>The field as it stands; null when absent or null.</summary>
    public LocatedJson? Value(string name)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out var member) && member.Value is not LocatedNull ? member.Value : null;
    }

    public string? Text(string name)
    {
        switch (Value(name))
        {
            case null:
                return null;
            case LocatedText { Value.Length: > 0 } text:
                return text.Value;
            case var other:
                Report(name, $"must be a text that is not empty, is {other.Kind}", "write it in quotes");
                return null;
        }
    }

    /// <summary>Empty after reporting that the field is missing.</summary>
    public string RequiredText(string name)
    {
        var text = Text(name);
        if (text is null && !IsPresent(name))
        {
            Report(name, "is missing", "add it");
        }

        return text ?? "";
    }

    public decimal? Number(string name) => Value(name) is { } value ? JsonNumbers.Read(value, FieldPath(name), _errors) : null;

    public int? WholeNumber(string name)
    {
        if (Number(name) is not { } number)
        {
            return null;
        }

        if (number == decimal.Truncate(number) && number is >= int.MinValue and <= int.MaxValue)
        {
            return (int)number;
        }

        Report(name, $"must be a whole number, is {DecimalText.Format(number)}", "write it without a fraction");
        return null;
    }

    public bool? Flag(string name)
    {
        switch (Value(name))
        {
            case null:
                return null;
            case LocatedFlag flag:
                return flag.Value;
            case var other:
                Report(name, $"must be true or false, is {other.Kind}", "write true or false without quotes");
                return null;
        }
    }

    public DateOnly? Date(string name)
    {
        switch (Value(name))
        {
            case null:
                return null;
            case LocatedText text when DateOnly.TryParseExact(text.Value, "yyyy-MM-dd", out var date):
                return date;
            case var other:
                Report(name, $"must be a date, is {other.Kind}", "write it as \"2026-11-21\"");
                return null;
        }
    }

    /// <summary>One of a closed list of words.</summary>
    public T? Choice<T>(string name, IReadOnlyList<(string Word, T Meaning)> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        foreach (var (word, meaning) in choices)
        {
            if (word == text)
            {
                return meaning;
            }
        }

        Report(name, $"\"{text}\" is not known", $"use {string.Join(", ", choices.Select(choice => $"\"{choice.Word}\""))}");
        return null;
    }

    /// <summary>Items of a list; empty when absent.</summary>
    public IReadOnlyList<LocatedJson> Items(string name)
    {
        switch (Value(name))
        {
            case null:
                return [];
            case LocatedArray list:
                return list.Items;
            case var other:
                Report(name, $"must be a list, is {other.Kind}", "write [ … ]");
                return [];
        }
    }

    /// <summary>Fields of an object inside; null when absent or no object.</summary>
    public JsonFields? Object(string name) => Value(name) is { } value ? Of(value, FieldPath(name), _errors) : null;

    /// <summary>True when the field is there and not null.</summary>
    public bool IsPresent(string name) => _members.TryGetValue(name, out var member) && member.Value is not LocatedNull;

    /// <summary>Reports something wrong with the field, at its line.</summary>
    public void Report(string name, string problem, string remedy) => _errors.Add(LineOf(name), FieldPath(name), problem, remedy);

    /// <summary>Reports every field that was never asked for, with the nearest that was.</summary>
    public void RejectUnknown()
    {
        foreach (var member in Members.Where(member => !_known.Contains(member.Name)))
        {
            var nearest = NearestName.Of(member.Name, _known);
            var remedy = nearest is null ? "remove it" : $"did you mean \"{nearest}\"? Otherwise remove it";
            _errors.Add(member.Line, FieldPath(member.Name), "is not a known field", remedy);
        }
    }
}
