using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>What a snapshot says about assets apart from accounts: base currency, prices, targets and what stands for what.</summary>
internal sealed class SnapshotAssets
{
    /// <summary>Weights come out of other programs rounded; a sum this little above 1 is 1.</summary>
    private const decimal RoundOff = 1e-9m;

    /// <summary>With amounts up to 10^15 the smallest price keeps quotients inside decimal's range.</summary>
    private const decimal SmallestPrice = 1e-12m;

    public required string BaseCurrency { get; init; }

    public required SortedDictionary<string, decimal> Prices { get; init; }

    public required SortedDictionary<string, decimal> Targets { get; init; }

    public required IReadOnlyList<string> Unmanaged { get; init; }

    public required SortedDictionary<string, IReadOnlyList<string>> Replacements { get; init; }

    public required SortedDictionary<string, SortedDictionary<string, decimal>> Exposures { get; init; }

    public static SnapshotAssets Read(JsonFields root, InputErrors errors)
    {
        var assets = new SnapshotAssets
        {
            BaseCurrency = root.RequiredText("baseCurrency"),
            Prices = root.NumberMap("prices", CheckPrice),
            Targets = root.NumberMap("targets", SnapshotFields.RejectOutsideUnit),
            Unmanaged = root.Names("unmanaged", errors),
            Replacements = ReadReplacements(root, errors),
            Exposures = ReadExposures(root),
        };
        assets.CheckBasePrice(root);
        assets.CheckTargets(root);
        return assets;
    }

    /// <summary>True when the asset can be valued: the base currency always is.</summary>
    public bool HasPrice(string asset) => asset == BaseCurrency || Prices.ContainsKey(asset);

    /// <summary>Price in base currency of an asset that has one.</summary>
    public decimal PriceOf(string asset) => asset == BaseCurrency ? 1 : Prices[asset];

    /// <summary>What to say of an asset that is not priced: a misspelt name is likelier than a forgotten price when a near name is priced.</summary>
    public (string Problem, string Remedy) MissingPrice(string asset)
    {
        var nearest = NearestName.Of(asset, Prices.Keys);
        var hint = nearest is not null && NearestName.Distance(asset, nearest) <= 1 ? $", or did you mean \"{nearest}\"?" : "";
        return ($"\"{asset}\" has no price", $"add it to \"prices\"{hint}");
    }

    private static (string Problem, string Remedy)? CheckPrice(string asset, decimal price) =>
        SnapshotFields.RejectNotPositive(asset, price)
        ?? (price < SmallestPrice ? ($"is below {DecimalText.Format(SmallestPrice)}", "check the unit") : null);

    private void CheckBasePrice(JsonFields root)
    {
        if (Prices.TryGetValue(BaseCurrency, out var price) && price != 1)
        {
            root.Object("prices")!.Report(BaseCurrency, $"the base currency's price must be 1, is {DecimalText.Format(price)}", "remove it");
        }
    }

    private void CheckTargets(JsonFields root)
    {
        if (root.Object("targets") is not { } fields)
        {
            if (!root.IsPresent("targets"))
            {
                root.Report("targets", "is missing", "add { \"ASSET\": weight, … }; without it everything would be sold");
            }

            return;
        }

        foreach (var asset in Targets.Keys)
        {
            if (CheckTarget(asset) is { } wrong)
            {
                fields.Report(asset, wrong.Problem, wrong.Remedy);
            }
        }

        var sum = Targets.Values.Sum();
        if (sum > 1 + RoundOff)
        {
            root.Report("targets", $"add up to {DecimalText.Format(sum)}", "the weights may add up to 1 at most; what is left is the cash target");
        }
        else if (sum > 1)
        {
            Targets[Targets.MaxBy(target => target.Value).Key] -= sum - 1;
        }
    }

    private (string Problem, string Remedy)? CheckTarget(string asset)
    {
        if (asset == BaseCurrency)
        {
            return ("is the base currency", "leave it out: what the targets leave of 1 is the cash target");
        }

        if (Unmanaged.Contains(asset))
        {
            return ("is unmanaged too", "remove it from \"targets\" or from \"unmanaged\"");
        }

        var standsForOthers = Replacements.ContainsKey(asset) || Exposures.Values.Any(parts => parts.ContainsKey(asset));
        return standsForOthers || HasPrice(asset) ? null : MissingPrice(asset);
    }

    private static SortedDictionary<string, IReadOnlyList<string>> ReadReplacements(JsonFields root, InputErrors errors)
    {
        var sets = new SortedDictionary<string, IReadOnlyList<string>>();
        if (root.Object("replacements") is not { } fields)
        {
            return sets;
        }

        foreach (var name in fields.Members.Select(member => member.Name))
        {
            var members = fields.Names(name, errors);
            if (members.Count == 0)
            {
                fields.Report(name, "names no asset", "list the tickers that meet this target");
            }

            foreach (var shared in members.Where(member => sets.Values.Any(earlier => earlier.Contains(member))))
            {
                fields.Report(name, $"\"{shared}\" is in another set already", "let every ticker stand for one target");
            }

            sets[name] = members;
        }

        return sets;
    }

    private static SortedDictionary<string, SortedDictionary<string, decimal>> ReadExposures(JsonFields root)
    {
        var exposures = new SortedDictionary<string, SortedDictionary<string, decimal>>();
        if (root.Object("exposures") is not { } fields)
        {
            return exposures;
        }

        foreach (var fund in fields.Members.Select(member => member.Name))
        {
            var parts = fields.NumberMap(fund, SnapshotFields.RejectOutsideUnit);
            if (parts.Values.Sum() > 1 + RoundOff)
            {
                fields.Report(fund, $"adds up to {DecimalText.Format(parts.Values.Sum())}", "the parts of a fund add up to 1 at most");
            }

            exposures[fund] = parts;
        }

        foreach (var fund in exposures.Keys.Where(fund => Reaches(exposures, fund, fund, exposures.Count)))
        {
            fields.Report(fund, "is a part of itself, directly or through other funds", "remove the circle");
        }

        return exposures;
    }

    private static bool Reaches(SortedDictionary<string, SortedDictionary<string, decimal>> exposures, string from, string to, int steps) =>
        steps > 0 && exposures.TryGetValue(from, out var parts)
        && parts.Keys.Any(part => part == to || Reaches(exposures, part, to, steps - 1));
}
