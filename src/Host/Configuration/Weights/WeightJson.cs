using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Configuration.Weights;

/// <summary>Views with the τ and prior they are blended by; null takes the usual τ and the return model's vector.</summary>
internal sealed record ViewSet(IReadOnlyList<ViewOptions> Views, double? Tau, SortedDictionary<string, double>? Prior);

/// <summary>Reads bounds, groups, current weights, budgets and views by asset, from files of their own or out of the settings.</summary>
/// <param name="assets">Known assets; null: any name is taken.</param>
internal sealed class WeightJson(IReadOnlyList<string>? assets, InputErrors errors)
{
    /// <summary><c>{"A": [0.05, 0.4]}</c>.</summary>
    public SortedDictionary<string, WeightRange> Bounds(JsonFields root)
    {
        var bounds = new SortedDictionary<string, WeightRange>(StringComparer.Ordinal);
        foreach (var member in Known(root))
        {
            var path = root.FieldPath(member.Name);
            if (member.Value is not LocatedArray { Items: [var low, var high] })
            {
                errors.Add(member.Line, path, "the bounds are not two numbers", "write [low, high], as [0.05, 0.4]");
            }
            else if (JsonNumbers.Read(low, path, errors) is { } from && JsonNumbers.Read(high, path, errors) is { } to)
            {
                bounds[member.Name] = new WeightRange((double)from, (double)to);
                if (from > to)
                {
                    errors.Add(member.Line, path, $"the lower bound {from} is above the upper bound {to}", "write [low, high], as [0.05, 0.4]");
                }
            }
        }

        return bounds;
    }

    /// <summary><c>{"A": 0.2}</c>.</summary>
    public SortedDictionary<string, double> Numbers(JsonFields root)
    {
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var member in Known(root))
        {
            if (JsonNumbers.Read(member.Value, root.FieldPath(member.Name), errors) is { } number)
            {
                numbers[member.Name] = (double)number;
            }
        }

        return numbers;
    }

    /// <summary><c>{"A": 0.5}</c>, each above zero.</summary>
    public SortedDictionary<string, double> Budgets(JsonFields root)
    {
        var budgets = Numbers(root);
        foreach (var (asset, budget) in budgets.Where(entry => entry.Value <= 0))
        {
            root.Report(asset, $"the risk budget {budget} is not above zero", "give each asset a share of the risk, or leave the asset out");
        }

        return budgets;
    }

    /// <summary><c>{"sector": {"assets": {"A": "tech"}, "min": {"tech": 0.1}, "max": {"tech": 0.5}}}</c>, several side by side.</summary>
    public IReadOnlyList<GroupingOptions> Groups(JsonFields root)
    {
        var groupings = new List<GroupingOptions>();
        foreach (var member in root.Members)
        {
            if (root.Object(member.Name) is { } grouping)
            {
                groupings.Add(Grouping(member.Name, grouping));
            }
        }

        return groupings;
    }

    /// <summary><c>{"views": […], "tau": 0.05, "prior": {…}}</c>.</summary>
    public ViewSet Views(JsonFields root)
    {
        var views = new List<ViewOptions>();
        foreach (var (index, item) in root.Items("views").Index())
        {
            if (JsonFields.Of(item, $"{root.FieldPath("views")}[{index}]", errors) is { } view)
            {
                views.Add(View(view));
            }
        }

        var tau = (double?)root.Number("tau");
        var prior = root.Object("prior") is { } given ? Numbers(given) : null;
        root.RejectUnknown();
        return new ViewSet(views, tau, prior);
    }

    private GroupingOptions Grouping(string name, JsonFields grouping)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in grouping.Object("assets") is { } listed ? Known(listed) : [])
        {
            if (member.Value is LocatedText { Value.Length: > 0 } group)
            {
                members[member.Name] = group.Value;
            }
            else
            {
                errors.Add(member.Line, $"{grouping.FieldPath("assets")}.{member.Name}", "the group is not a name", "write the asset's group in quotes");
            }
        }

        if (members.Count == 0)
        {
            grouping.Report("assets", "no asset belongs to the grouping", "write { \"A\": \"tech\" }");
        }

        var (minimum, maximum) = (Limits(grouping, "min", members), Limits(grouping, "max", members));
        grouping.RejectUnknown();
        foreach (var (group, least) in minimum.Where(entry => maximum.TryGetValue(entry.Key, out var most) && entry.Value > most))
        {
            grouping.Report("min", $"{group} must weigh at least {least} and at most {maximum[group]}", "make the least weight at most the largest");
        }

        return new GroupingOptions(name, members, minimum, maximum);
    }

    private SortedDictionary<string, double> Limits(JsonFields grouping, string field, SortedDictionary<string, string> members)
    {
        var limits = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (grouping.Object(field) is not { } given)
        {
            return limits;
        }

        foreach (var member in given.Members)
        {
            if (JsonNumbers.Read(member.Value, given.FieldPath(member.Name), errors) is { } limit)
            {
                limits[member.Name] = (double)limit;
            }

            if (!members.ContainsValue(member.Name))
            {
                given.Report(member.Name, "no asset belongs to this group", $"use one of {string.Join(", ", members.Values.Distinct(StringComparer.Ordinal))}");
            }
        }

        return limits;
    }

    private ViewOptions View(JsonFields view)
    {
        var loadings = view.Object("assets") is { } about ? Numbers(about) : [];
        if (loadings.Values.All(loading => loading == 0))
        {
            view.Report("assets", "the view is about no asset", "write { \"A\": 1 } or { \"A\": 1, \"B\": -1 }");
        }

        var expected = view.Number("return");
        if (expected is null && !view.IsPresent("return"))
        {
            view.Report("return", "is missing", "give the annual return you expect, as 0.05");
        }

        var confidence = (double?)view.Number("confidence");
        if (confidence is < 0 or > 1)
        {
            view.Report("confidence", "is outside 0 to 1", "give 0 for no view up to 1 for certainty");
        }

        view.RejectUnknown();
        return new ViewOptions(loadings, (double)(expected ?? 0), confidence);
    }

    private IEnumerable<LocatedMember> Known(JsonFields root)
    {
        foreach (var member in root.Members)
        {
            if (assets is null || assets.Contains(member.Name))
            {
                yield return member;
            }
            else
            {
                errors.Add(member.Line, root.FieldPath(member.Name), "is not one of the assets", $"did you mean \"{NearestName.Of(member.Name, assets)}\"?");
            }
        }
    }
}
