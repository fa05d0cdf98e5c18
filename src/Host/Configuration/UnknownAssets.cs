using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Configuration;

/// <summary>Finds targets that no account of their portfolio trades, as far as that is known without reaching a venue.</summary>
internal static class UnknownAssets
{
    /// <exception cref="InvalidInputException">There is such a target, and no journal that could hold an account added at runtime.</exception>
    public static void Refuse(LoadedConfiguration loaded, CliContext context)
    {
        var errors = new InputErrors();
        for (var index = 0; index < loaded.Configuration.Portfolios.Count; index++)
        {
            Check(loaded, index, errors);
        }

        var display = context.Display(loaded.Path);
        if (!loaded.Configuration.Journal.MayExist)
        {
            errors.ThrowIfAny(display);
        }

        // An account that an operator added may trade it; while none does, the portfolio waits and its status says for what.
        foreach (var error in errors.InFileOrder)
        {
            context.Error.WriteLine(error.Describe(display));
        }
    }

    private static void Check(LoadedConfiguration loaded, int index, InputErrors errors)
    {
        var portfolio = loaded.Configuration.Portfolios[index];
        var traded = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var account in loaded.Configuration.Accounts.Where(account => portfolio.Accounts.Contains(account.Id)))
        {
            if (VenueRules.AssetsOf(account) is not { } listed)
            {
                return;
            }

            traded.UnionWith(account.Assets.Count == 0 ? listed : listed.Intersect(account.Assets, StringComparer.Ordinal));
        }

        var path = $"portfolios[{index}].targets";
        foreach (var asset in portfolio.Targets.Weights.Keys.Concat(portfolio.Targets.Assets).Where(asset => !traded.Contains(asset)))
        {
            var nearest = NearestName.Of(asset, traded);
            errors.Add(
                LineOf(loaded.Merged, index, asset), path, $"no account of the portfolio trades {asset}",
                nearest is null ? "add an account that does" : $"did you mean \"{nearest}\"? Otherwise add an account that trades it, or drop the target");
        }
    }

    /// <summary>Of the asset in the targets; of the targets where it is not a member, as in a list.</summary>
    private static int LineOf(LocatedJson merged, int portfolio, string asset)
    {
        var targets = Member(merged, "portfolios")?.Value is LocatedArray portfolios ? Member(portfolios.Items[portfolio], "targets") : null;
        var weight = targets is null || Member(targets.Value, "weights") is not { } weights ? null : Member(weights.Value, asset);
        return weight?.Line ?? targets?.Line ?? 0;
    }

    private static LocatedMember? Member(LocatedJson json, string name) =>
        (json as LocatedObject)?.Members.FirstOrDefault(member => member.Name == name);
}
