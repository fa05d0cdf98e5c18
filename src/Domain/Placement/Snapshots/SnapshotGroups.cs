using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Reads the group caps and the location preferences of a snapshot.</summary>
internal static class SnapshotGroups
{
    public static IReadOnlyList<GroupCap> Read(JsonFields root, IReadOnlyList<string> accounts, InputErrors errors)
    {
        var groups = new List<GroupCap>();
        var items = root.Items("groups");
        for (var i = 0; i < items.Count; i++)
        {
            if (JsonFields.Of(items[i], $"groups[{i}]", errors) is not { } fields)
            {
                continue;
            }

            var name = fields.RequiredText("name");
            if (groups.Exists(earlier => earlier.Name == name))
            {
                fields.Report("name", $"\"{name}\" is the name of an earlier group", "give every group its own name");
            }

            var max = fields.Share("max");
            if (!fields.IsPresent("max"))
            {
                fields.Report("max", "is missing", "add the largest share of total value, as 0.4");
            }

            var members = fields.Names("accounts", errors);
            foreach (var unknown in members.Where(member => !accounts.Contains(member)))
            {
                fields.Report("accounts", $"\"{unknown}\" is not the id of an account", $"did you mean \"{NearestName.Of(unknown, accounts)}\"?");
            }

            groups.Add(new GroupCap(name, fields.Names("assets", errors), members, fields.Names("venues", errors), max ?? 1));
            fields.RejectUnknown();
        }

        return groups;
    }

    public static SortedDictionary<string, SortedDictionary<string, decimal>> ReadLocation(JsonFields root)
    {
        var location = new SortedDictionary<string, SortedDictionary<string, decimal>>();
        if (root.Object("location") is { } fields)
        {
            // The names inside are kinds of account, which are free text; only the numbers can be wrong.
            foreach (var asset in fields.Members.Select(member => member.Name))
            {
                location[asset] = fields.NumberMap(asset, SnapshotFields.RejectNegative);
            }
        }

        return location;
    }
}
