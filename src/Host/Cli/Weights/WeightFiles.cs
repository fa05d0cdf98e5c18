using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>The small JSON files of <c>optimize</c>: bounds, groups, current weights, budgets and views, by asset name.</summary>
internal sealed class WeightFiles(CliContext context, IReadOnlyList<string> assets)
{
    /// <summary><c>{"A": [0.05, 0.4]}</c> over the common bounds.</summary>
    public void ReadBounds(string path, double[] lower, double[] upper) => Read(path, (root, errors) =>
    {
        foreach (var member in root.Members)
        {
            if (AssetIndex(member, errors) is not { } asset)
            {
                continue;
            }

            if (member.Value is LocatedArray { Items: [var low, var high] }
                && JsonNumbers.Read(low, member.Name, errors) is { } from && JsonNumbers.Read(high, member.Name, errors) is { } to)
            {
                (lower[asset], upper[asset]) = ((double)from, (double)to);
            }
            else
            {
                errors.Add(member.Line, member.Name, "the bounds are not two numbers", "write [low, high], as [0.05, 0.4]");
            }
        }
    });

    /// <summary><c>{"A": 0.2}</c>; an asset that is not named counts as <paramref name="absent"/>.</summary>
    public double[] ReadNumbers(string path, double absent)
    {
        double[] numbers = [.. assets.Select(_ => absent)];
        Read(path, (root, errors) =>
        {
            foreach (var member in root.Members)
            {
                if (AssetIndex(member, errors) is { } asset && JsonNumbers.Read(member.Value, member.Name, errors) is { } number)
                {
                    numbers[asset] = (double)number;
                }
            }
        });
        return numbers;
    }

    /// <summary><c>{"sector": {"assets": {"A": "tech"}, "min": {"tech": 0.1}, "max": {"tech": 0.5}}}</c>, several side by side.</summary>
    public IReadOnlyList<GroupLimit> ReadGroups(string path)
    {
        var limits = new List<GroupLimit>();
        Read(path, (root, errors) =>
        {
            foreach (var member in root.Members)
            {
                if (JsonFields.Of(member.Value, member.Name, errors) is { } grouping)
                {
                    limits.AddRange(ReadGrouping(member.Name, grouping, errors));
                }
            }
        });
        return limits;
    }

    /// <summary>Views, the τ and the prior of a views file.</summary>
    public (IReadOnlyList<View> Views, double? Tau, double[]? Prior) ReadViews(string path, double[] means)
    {
        var (views, tau, prior) = (new List<View>(), (double?)null, (double[]?)null);
        Read(path, (root, errors) =>
        {
            tau = (double?)root.Number("tau");
            foreach (var (index, item) in root.Items("views").Index())
            {
                if (JsonFields.Of(item, $"views[{index}]", errors) is { } view)
                {
                    views.Add(ReadView(view, errors));
                }
            }

            if (root.Object("prior") is { } given)
            {
                prior = Loadings(given, errors, means);
            }

            root.RejectUnknown();
        });
        return (views, tau, prior);
    }

    private IEnumerable<GroupLimit> ReadGrouping(string name, JsonFields grouping, InputErrors errors)
    {
        var members = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var member in grouping.Object("assets")?.Members ?? [])
        {
            if (AssetIndex(member, errors) is { } asset && member.Value is LocatedText group)
            {
                (members.TryGetValue(group.Value, out var list) ? list : members[group.Value] = []).Add(asset);
            }
        }

        var (minimum, maximum) = (grouping.Object("min"), grouping.Object("max"));
        grouping.RejectUnknown();
        foreach (var limit in (minimum?.Members ?? []).Concat(maximum?.Members ?? []))
        {
            if (!members.ContainsKey(limit.Name))
            {
                errors.Add(limit.Line, $"{name}.{limit.Name}", "no asset belongs to this group", $"use one of {string.Join(", ", members.Keys)}");
            }
        }

        return members.Select(group => new GroupLimit(
            $"{name} {group.Key}", [.. group.Value], (double?)minimum?.Number(group.Key), (double?)maximum?.Number(group.Key)));
    }

    private View ReadView(JsonFields view, InputErrors errors)
    {
        var loadings = view.Object("assets") is { } about ? Loadings(about, errors, new double[assets.Count]) : new double[assets.Count];
        if (loadings.All(loading => loading == 0))
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
        return new View(loadings, (double)(expected ?? 0), confidence);
    }

    private double[] Loadings(JsonFields fields, InputErrors errors, double[] start)
    {
        double[] values = [.. start];
        foreach (var member in fields.Members)
        {
            if (AssetIndex(member, errors) is { } asset && JsonNumbers.Read(member.Value, member.Name, errors) is { } number)
            {
                values[asset] = (double)number;
            }
        }

        return values;
    }

    private int? AssetIndex(LocatedMember member, InputErrors errors)
    {
        var index = assets.Index().Where(entry => entry.Item == member.Name).Select(entry => (int?)entry.Index).FirstOrDefault();
        if (index is null)
        {
            errors.Add(member.Line, member.Name, "is not an asset of the history", $"did you mean \"{NearestName.Of(member.Name, assets)}\"?");
        }

        return index;
    }

    private void Read(string path, Action<JsonFields, InputErrors> read)
    {
        var errors = new InputErrors();
        if (LocatedJsonParser.Parse(InputFiles.ReadText(context, path), errors) is { } json && JsonFields.Of(json, "", errors) is { } root)
        {
            read(root, errors);
        }

        errors.ThrowIfAny(path);
    }
}
