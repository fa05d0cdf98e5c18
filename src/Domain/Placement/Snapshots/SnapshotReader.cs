using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Domain.Placement.Snapshots;

/// <summary>Reads the snapshot file of <c>rebalancer plan</c>: text in, problem out, and every mistake in it at once.</summary>
public static class SnapshotReader
{
    private static readonly (string Word, PlacementObjective Meaning)[] Objectives =
    [
        ("tracking", PlacementObjective.Tracking), ("buy-only", PlacementObjective.BuyOnly), ("sell-only", PlacementObjective.SellOnly),
        ("fewest-trades", PlacementObjective.FewestTrades), ("simple", PlacementObjective.Simple),
    ];

    /// <summary>The words of the objectives, for options that take one.</summary>
    public static IReadOnlyList<(string Word, PlacementObjective Meaning)> ObjectiveWords => Objectives;

    /// <param name="file">Name of the file, as it stands before the line number of an error.</param>
    /// <param name="today">What <c>asOf</c> defaults to.</param>
    /// <exception cref="InvalidInputException">Anything in the text is wrong.</exception>
    public static PlacementProblem Read(string text, string file, DateOnly today)
    {
        var errors = new InputErrors();
        var problem = LocatedJsonParser.Parse(text, errors) is { } json && JsonFields.Of(json, "", errors) is { } root
            ? ReadRoot(root, today, errors)
            : null;
        errors.ThrowIfAny(file);
        return problem!;
    }

    private static PlacementProblem ReadRoot(JsonFields root, DateOnly today, InputErrors errors)
    {
        var assets = SnapshotAssets.Read(root, errors);
        var asOf = root.Date("asOf") ?? today;
        var accounts = ReadAccounts(root, assets, asOf, errors);
        var leastTrade = root.Amount("minTradeValue") ?? 0;
        var problem = new PlacementProblem
        {
            AsOf = asOf,
            BaseCurrency = assets.BaseCurrency,
            Targets = assets.Targets,
            Prices = assets.Prices,
            Unmanaged = assets.Unmanaged,
            CashReserve = root.Amount("cashReserve") ?? 0,
            Withdraw = ReadWithdrawals(root, accounts),
            Accounts = accounts,
            Taxes = root.Object("taxes") is { } taxes ? SnapshotTaxes.Read(taxes) : null,
            RecentTrades = SnapshotTaxes.ReadRecentTrades(root, errors),
            Replacements = assets.Replacements,
            Exposures = assets.Exposures,
            Groups = SnapshotGroups.Read(root, accounts.ConvertAll(account => account.Id), errors),
            Location = SnapshotGroups.ReadLocation(root),
            Objective = root.Choice("objective", Objectives) ?? PlacementObjective.Tracking,
            Band = root.Share("band") ?? 0.02m,
            Threshold = root.Share("threshold"),
            DeviationWeight = root.Amount("deviationWeight") ?? 0.1m,
            OrderPenalty = root.Amount("orderPenalty") ?? 0.5m,
            OneDirectionPerAsset = root.Flag("oneDirectionPerAsset") ?? false,
            TimeLimitSeconds = ReadTimeLimit(root),
            GapBasisPoints = (double)(root.Amount("gapBasisPoints") ?? 0.01m),
        };
        root.RejectUnknown();
        return problem.WithLeastTrade(leastTrade);
    }

    private static List<PlacementAccount> ReadAccounts(JsonFields root, SnapshotAssets assets, DateOnly asOf, InputErrors errors)
    {
        var accounts = new List<PlacementAccount>();
        var items = root.Items("accounts");
        if (items.Count == 0)
        {
            root.Report("accounts", "has no account", "list at least one, with its cash, holdings and markets");
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (JsonFields.Of(items[i], $"accounts[{i}]", errors) is not { } fields)
            {
                continue;
            }

            var account = SnapshotAccounts.Read(fields, assets, asOf, root.IsPresent("taxes"), errors);
            if (accounts.Exists(earlier => earlier.Id == account.Id))
            {
                fields.Report("id", $"\"{account.Id}\" is the id of an earlier account", "give every account its own id");
            }

            accounts.Add(account);
        }

        return accounts;
    }

    private static SortedDictionary<string, decimal> ReadWithdrawals(JsonFields root, List<PlacementAccount> accounts)
    {
        var ids = accounts.ConvertAll(account => account.Id);
        return root.NumberMap("withdraw", (account, amount) => ids.Contains(account) ? SnapshotFields.RejectNegative(account, amount)
            : ("is not the id of an account", NearestName.Of(account, ids) is { } nearest ? $"did you mean \"{nearest}\"?" : "add the account"));
    }

    private static double ReadTimeLimit(JsonFields root)
    {
        var limit = root.Amount("timeLimitSeconds") ?? 60;
        if (limit == 0)
        {
            root.Report("timeLimitSeconds", "must be above 0", "leave it out for 60 seconds");
        }

        return (double)limit;
    }
}
