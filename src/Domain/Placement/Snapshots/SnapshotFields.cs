using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Judges one entry of a map: null when it is right, else what is wrong and what to do.</summary>
internal delegate (string Problem, string Remedy)? EntryCheck(string name, decimal value);

/// <summary>The kinds of number a snapshot has, each with its bounds.</summary>
internal static class SnapshotFields
{
    /// <summary>Above this an amount is a slip of the pen, and products of two would leave the range of decimal.</summary>
    public const decimal Largest = 1e15m;

    /// <summary>A number from 0 to <see cref="Largest"/>.</summary>
    public static decimal? Amount(this JsonFields fields, string name) => fields.Checked(name, RejectNegative);

    /// <summary>A number from 0 to 1.</summary>
    public static decimal? Share(this JsonFields fields, string name) => fields.Checked(name, RejectOutsideUnit);

    public static decimal? Positive(this JsonFields fields, string name) => fields.Checked(name, RejectNotPositive);

    /// <summary>A required number above 0; 1 after reporting that it is missing.</summary>
    public static decimal RequiredPositive(this JsonFields fields, string name)
    {
        var value = fields.Positive(name);
        if (value is null && !fields.IsPresent(name))
        {
            fields.Report(name, "is missing", "add it");
        }

        return value ?? 1;
    }

    public static (string Problem, string Remedy)? RejectNegative(string name, decimal value) =>
        value < 0 ? ($"must not be negative, is {DecimalText.Format(value)}", "write 0 or more") : RejectHuge(name, value);

    public static (string Problem, string Remedy)? RejectNotPositive(string name, decimal value) =>
        value <= 0 ? ($"must be above 0, is {DecimalText.Format(value)}", "write a number above 0") : RejectHuge(name, value);

    public static (string Problem, string Remedy)? RejectOutsideUnit(string name, decimal value) =>
        value is < 0 or > 1 ? ($"must be from 0 to 1, is {DecimalText.Format(value)}", "write a share, as 0.25 for 25 %") : null;

    public static (string Problem, string Remedy)? RejectHuge(string name, decimal value) =>
        Math.Abs(value) > Largest ? ($"is beyond {DecimalText.Format(Largest)}", "check the unit") : null;

    /// <summary>An object of numbers by name, entries in error left out; empty when absent.</summary>
    public static SortedDictionary<string, decimal> NumberMap(this JsonFields fields, string name, EntryCheck check)
    {
        var map = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (fields.Object(name) is not { } entries)
        {
            return map;
        }

        foreach (var member in entries.Members)
        {
            if (entries.Value(member.Name) is null)
            {
                entries.Report(member.Name, "has no number", "write one, or remove the entry");
            }
            else if (entries.Checked(member.Name, check) is { } value)
            {
                map[member.Name] = value;
            }
        }

        return map;
    }

    /// <summary>A list of texts that are not empty and not repeated; empty when absent.</summary>
    public static IReadOnlyList<string> Names(this JsonFields fields, string name, InputErrors errors)
    {
        var names = new List<string>();
        foreach (var item in fields.Items(name))
        {
            if (item is not LocatedText { Value.Length: > 0 } text)
            {
                errors.Add(item.Line, fields.FieldPath(name), $"must hold names, holds {item.Kind}", "write names in quotes");
            }
            else if (names.Contains(text.Value))
            {
                errors.Add(item.Line, fields.FieldPath(name), $"names \"{text.Value}\" twice", "remove one");
            }
            else
            {
                names.Add(text.Value);
            }
        }

        return names;
    }

    private static decimal? Checked(this JsonFields fields, string name, EntryCheck check)
    {
        if (fields.Number(name) is not { } value)
        {
            return null;
        }

        if (check(name, value) is { } wrong)
        {
            fields.Report(name, wrong.Problem, wrong.Remedy);
            return null;
        }

        return value;
    }
}
