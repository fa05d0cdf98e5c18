using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation.Conflicts;

/// <summary>
/// The rules of a problem that could be lifted, those that venues make first: where either a venue's rule or one of the owner's would have to
/// give, the owner's is the one to be named.
/// </summary>
internal sealed class OwnerRules(Portfolio portfolio)
{
    private readonly PlacementProblem _problem = portfolio.Problem;
    private readonly MoneyText _money = MoneyText.Of(portfolio);

    public IReadOnlyList<RuleGroup> List() =>
    [
        .. new[]
        {
            RuleGroup.Kind("whole lots", "use markets that trade fractions", [.. Markets(market => market.LotSize > 0, Lot)]),
            RuleGroup.Kind("minimum orders", "use markets with smaller minimums", [.. Markets(market => market.MinNotional > 0 || market.MinQuantity > 0, Minimum)]),
            RuleGroup.Kind("largest orders", "trade in several plans", [.. Markets(HasMaximum, Maximum)]),
            RuleGroup.Kind("accounts that may not use proceeds", "let them use proceeds", [.. Accounts(account => !account.UseProceeds, Proceeds)]),
            RuleGroup.Kind("frozen accounts", "resume them", [.. Accounts(account => account.Frozen, Frozen)]),
            WashSale(),
            RuleGroup.Kind("markets that are closed on one side", "open them", [.. Markets(market => market.Allow != AllowedSides.Both, Side)]),
            OneDirection(),
            Mode(),
            GainBudget(),
            RuleGroup.Kind("caps", "raise them", [.. Caps()]),
            CommonReserve(),
            RuleGroup.Kind("reserves", "lower them", [.. Accounts(account => account.Reserve > 0, Reserve)]),
            RuleGroup.Kind("withdrawals", "take out less", [.. _problem.Withdraw.Where(entry => entry.Value > 0).Select(entry => Withdrawal(entry.Key, entry.Value))]),
        }.OfType<RuleGroup>(),
    ];

    private static bool HasMaximum(PlacementMarket market) => market.MaxNotional is not null || market.MaxQuantity is not null || market.MaxVolumeShare is not null;

    private IEnumerable<RuleGroup> Markets(Func<PlacementMarket, bool> has, Func<PlacementAccount, PlacementMarket, (string Rule, string Change, PlacementMarket Without)> describe) =>
        from account in _problem.Accounts
        from market in account.Markets
        where has(market)
        let rule = describe(account, market)
        select RuleGroup.One(rule.Rule, rule.Change, problem => WithAccount(problem, account.Id, found => found with
        {
            Markets = [.. found.Markets.Select(other => other.Asset == market.Asset && other.Quote == market.Quote ? Merge(other, market, rule.Without) : other)],
        }));

    /// <summary>Takes over what was lifted and leaves what was lifted before.</summary>
    private static PlacementMarket Merge(PlacementMarket current, PlacementMarket original, PlacementMarket without) => current with
    {
        LotSize = without.LotSize == original.LotSize ? current.LotSize : without.LotSize,
        MinNotional = without.MinNotional == original.MinNotional ? current.MinNotional : without.MinNotional,
        MinQuantity = without.MinQuantity == original.MinQuantity ? current.MinQuantity : without.MinQuantity,
        MaxNotional = without.MaxNotional == original.MaxNotional ? current.MaxNotional : without.MaxNotional,
        MaxQuantity = without.MaxQuantity == original.MaxQuantity ? current.MaxQuantity : without.MaxQuantity,
        MaxVolumeShare = without.MaxVolumeShare == original.MaxVolumeShare ? current.MaxVolumeShare : without.MaxVolumeShare,
        Allow = without.Allow == original.Allow ? current.Allow : without.Allow,
    };

    private (string, string, PlacementMarket) Lot(PlacementAccount account, PlacementMarket market) => (
        $"{market.Asset} trades in lots of {DecimalText.Format(market.LotSize)} ({_money.Of(market.LotSize * portfolio.PriceOrOne(market.Asset))}) in {account.Id}",
        $"use a market for {market.Asset} in {account.Id} that trades fractions", market with { LotSize = 0 });

    private static (string, string, PlacementMarket) Minimum(PlacementAccount account, PlacementMarket market) => (
        market.MinNotional > 0
            ? $"orders of {market.Asset} in {account.Id} are for at least {DecimalText.Format(market.MinNotional)} {market.Quote}"
            : $"orders of {market.Asset} in {account.Id} are for at least {DecimalText.Format(market.MinQuantity)} {market.Asset}",
        $"use a market for {market.Asset} with a smaller minimum", market with { MinNotional = 0, MinQuantity = 0 });

    private static (string, string, PlacementMarket) Maximum(PlacementAccount account, PlacementMarket market) => (
        $"orders of {market.Asset} in {account.Id} are limited ({(market.MaxNotional is { } most ? $"{DecimalText.Format(most)} {market.Quote}" : market.MaxQuantity is { } units ? $"{DecimalText.Format(units)} {market.Asset}" : "a share of the traded volume")})",
        $"trade {market.Asset} in several plans, one after another", market with { MaxNotional = null, MaxQuantity = null, MaxVolumeShare = null });

    private static (string, string, PlacementMarket) Side(PlacementAccount account, PlacementMarket market) => (
        $"{market.Asset} may {(market.Allow switch { AllowedSides.Buy => "not be sold", AllowedSides.Sell => "not be bought", _ => "not be traded" })} in {account.Id}",
        $"allow {(market.Allow switch { AllowedSides.Buy => "selling", AllowedSides.Sell => "buying", _ => "trading" })} {market.Asset} in {account.Id} (its market's allow)", market with { Allow = AllowedSides.Both });

    private IEnumerable<RuleGroup> Accounts(Func<PlacementAccount, bool> has, Func<PlacementAccount, (string Rule, string Change, Func<PlacementAccount, PlacementAccount> Lift)> describe) =>
        from account in _problem.Accounts
        where has(account)
        let rule = describe(account)
        select RuleGroup.One(rule.Rule, rule.Change, problem => WithAccount(problem, account.Id, rule.Lift));

    private static (string, string, Func<PlacementAccount, PlacementAccount>) Proceeds(PlacementAccount account) => (
        $"{account.Id} pays only from cash at hand (useProceeds: false)", $"let {account.Id} use its proceeds, or wait until they are settled", found => found with { UseProceeds = true });

    private static (string, string, Func<PlacementAccount, PlacementAccount>) Frozen(PlacementAccount account) => (
        $"{account.Id} is frozen", $"resume {account.Id}", found => found with { Frozen = false });

    private (string, string, Func<PlacementAccount, PlacementAccount>) Reserve(PlacementAccount account) => (
        $"{account.Id} keeps a reserve of {_money.Of(account.Reserve)}", $"lower the reserve of {account.Id}", found => found with { Reserve = 0 });

    private RuleGroup Withdrawal(string account, decimal amount) => RuleGroup.One(
        $"{_money.Of(amount)} are to be taken out of {account}", $"take less out of {account}",
        problem => problem with { Withdraw = new SortedDictionary<string, decimal>(problem.Withdraw.Where(entry => entry.Key != account).ToDictionary(), StringComparer.Ordinal) });

    private IEnumerable<RuleGroup> Caps()
    {
        foreach (var account in _problem.Accounts)
        {
            foreach (var (asset, cap) in account.Caps)
            {
                yield return RuleGroup.One($"{account.Id} holds at most {_money.Of(cap)} of {asset}", $"raise the cap of {asset} in {account.Id}", problem => WithAccount(
                    problem, account.Id, found => found with { Caps = new SortedDictionary<string, decimal>(found.Caps.Where(entry => entry.Key != asset).ToDictionary(), StringComparer.Ordinal) }));
            }

            if (account.Cap is { } whole)
            {
                yield return RuleGroup.One($"{account.Id} holds at most {_money.Of(whole)}", $"raise the cap of {account.Id}", problem => WithAccount(problem, account.Id, found => found with { Cap = null }));
            }
        }

        foreach (var group in _problem.Groups)
        {
            var (rule, change) = group.MaxValue is { } most
                ? ($"the limit {group.Name} leaves at most {_money.Of(most)}", $"raise the limit {group.Name}")
                : ($"group {group.Name} is at most {group.Max * 100:0.##} % of the portfolio, {_money.Of(group.Max * portfolio.TotalValue)}", $"raise the limit of group {group.Name}");
            yield return RuleGroup.One(
                rule, change,
                problem => problem with { Groups = [.. problem.Groups.Where(other => other.Name != group.Name)] });
        }
    }

    private RuleGroup? CommonReserve() => _problem.CashReserve <= 0 ? null : RuleGroup.One(
        $"{_money.Of(_problem.CashReserve)} of cash are kept over all accounts", "lower the common cash reserve", problem => problem with { CashReserve = 0 });

    private RuleGroup? GainBudget() => _problem.Taxes?.GainBudget is not { } budget ? null : RuleGroup.One(
        $"gains less losses are at most {_money.Of(budget)} (gain budget)", "raise the gain budget", problem => problem with { Taxes = problem.Taxes! with { GainBudget = null } });

    private RuleGroup? WashSale() => _problem.Taxes is not { WashSaleDays: > 0 and var days } ? null : RuleGroup.One(
        $"nothing is sold at a loss and bought within {days} days (wash sales)", "wait until the wash-sale windows have passed",
        problem => problem with { Taxes = problem.Taxes! with { WashSaleDays = 0 } });

    private RuleGroup? OneDirection() => !_problem.OneDirectionPerAsset ? null : RuleGroup.One(
        "no asset is bought in one account while another sells it (oneDirectionPerAsset)", "allow both directions", problem => problem with { OneDirectionPerAsset = false });

    private RuleGroup? Mode() => _problem.Objective switch
    {
        PlacementObjective.BuyOnly => RuleGroup.One("nothing is sold (buy-only)", "plan with the objective tracking", problem => problem with { Objective = PlacementObjective.Tracking }),
        PlacementObjective.SellOnly => RuleGroup.One("nothing is bought (sell-only)", "plan with the objective tracking", problem => problem with { Objective = PlacementObjective.Tracking }),
        _ => null,
    };

    private static PlacementProblem WithAccount(PlacementProblem problem, string id, Func<PlacementAccount, PlacementAccount> change) =>
        problem with { Accounts = [.. problem.Accounts.Select(account => account.Id == id ? change(account) : account)] };
}
