using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <summary>Reads names: ids, which become parts of journal keys and addresses, and lists of assets.</summary>
internal static class Names
{
    private const int MaximumLength = 64;

    public static string ReadId(JsonFields fields)
    {
        var id = fields.RequiredText("id");
        if (id.Length > 0 && !IsId(id))
        {
            fields.Report("id", $"\"{id}\" cannot be an id", $"use up to {MaximumLength} letters, digits, '-', '_' or '.'");
        }

        return id;
    }

    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaximumLength && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    public static IReadOnlyList<string> ReadList(JsonFields fields, string name, InputErrors errors)
    {
        var names = new List<string>();
        foreach (var item in fields.Items(name))
        {
            if (item is LocatedText { Value.Length: > 0 } text)
            {
                names.Add(text.Value);
            }
            else
            {
                errors.Add(item.Line, fields.FieldPath(name), $"must hold names, holds {item.Kind}", "write each in quotes");
            }
        }

        return names;
    }
}

/// <summary>Reads numbers with a range.</summary>
internal static class Numbers
{
    public static int? Positive(JsonFields fields, string name)
    {
        var number = fields.WholeNumber(name);
        if (number <= 0)
        {
            fields.Report(name, $"must be above 0, is {number}", "give a positive whole number");
            return null;
        }

        return number;
    }

    /// <summary>A number not below zero.</summary>
    public static decimal? Amount(JsonFields fields, string name, decimal maximum = decimal.MaxValue)
    {
        var number = fields.Number(name);
        if (number < 0 || number > maximum)
        {
            fields.Report(name, $"must be from 0 to {(maximum == decimal.MaxValue ? "any amount" : maximum)}, is {number}", "correct the number");
            return null;
        }

        return number;
    }
}
