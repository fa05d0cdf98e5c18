using System.Globalization;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <summary>
/// Lays variables such as <c>REBALANCER__PORTFOLIOS__0__MODE=dry-run</c> over the settings. Names are matched without case; an index names
/// an item of a list. <c>true</c>, <c>false</c>, lists and objects are read as JSON, anything else is text, which number fields take too.
/// </summary>
public sealed class EnvironmentOverrides(InputErrors errors)
{
    public const string Prefix = "REBALANCER__";

    /// <summary>Variable by the path of the field it set.</summary>
    public SortedDictionary<string, string> Applied { get; } = new(StringComparer.Ordinal);

    public LocatedJson Apply(LocatedJson root, IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (variable, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                root = Set(root, variable[Prefix.Length..].Split("__"), 0, "", variable, value);
            }
        }

        return root;
    }

    private LocatedJson Set(LocatedJson? at, string[] steps, int depth, string path, string variable, string value)
    {
        if (depth == steps.Length)
        {
            Applied[path] = variable;
            return Read(value, path);
        }

        var step = steps[depth];
        if (at is LocatedArray list)
        {
            if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > list.Items.Count)
            {
                errors.Add(0, path, $"{variable} names no item of this list", $"use a number from 0 to {list.Items.Count} after the list's name");
                return list;
            }

            var items = list.Items.ToList();
            var item = Set(index < items.Count ? items[index] : null, steps, depth + 1, $"{path}[{index}]", variable, value);
            items.RemoveRange(index, Math.Min(1, items.Count - index));
            items.Insert(index, item);
            return list with { Items = items };
        }

        return SetMember(at as LocatedObject ?? new LocatedObject(0, []), step, path.Split('.')[^1], child => (name) =>
            Set(child, steps, depth + 1, path.Length == 0 ? name : $"{path}.{name}", variable, value));
    }

    private static LocatedObject SetMember(LocatedObject source, string step, string within, Func<LocatedJson?, Func<string, LocatedJson>> set)
    {
        var members = source.Members.ToList();
        var index = members.FindIndex(member => string.Equals(member.Name, step, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            var name = KnownNames.Spell(step, within);
            members.Add(new LocatedMember(name, 0, set(null)(name)));
        }
        else
        {
            members[index] = members[index] with { Value = set(members[index].Value)(members[index].Name) };
        }

        return source with { Members = members };
    }

    private LocatedJson Read(string value, string path)
    {
        switch (value)
        {
            case "true" or "false":
                return new LocatedFlag(0, value == "true");
            case ['[' or '{', ..]:
                var inner = new InputErrors();
                var parsed = LocatedJsonParser.Parse(value, inner);
                foreach (var error in inner.InFileOrder)
                {
                    errors.Add(0, path, error.Problem, error.Remedy);
                }

                return parsed ?? new LocatedNull(0);
            default:
                return new LocatedText(0, value);
        }
    }
}
