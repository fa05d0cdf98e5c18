using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Explanation.Telling;

/// <summary>What the owner could do: transfers, more money, rules to change. Each stands alone.</summary>
internal static class AdviceSection
{
    private const int MostPurchases = 5;
    private const int MostRemedies = 8;

    public static IReadOnlyList<string> Tell(Plan plan, MoneyText money)
    {
        var text = new TextBlock();
        if (plan.Transfers.Count + Useful(plan).Count > 1)
        {
            text.Add(2, "More money in one place is enough: each of these lines that moves or adds money counts by itself, not on top of the others.");
        }

        foreach (var transfer in plan.Transfers)
        {
            var left = plan.DeviationAfter - transfer.WouldReduceDeviationBy;
            var what = money.IsNothing(left) ? "all that is missing, and the portfolio would be on its targets"
                : $"more of what is missing, and the portfolio would be {money.Of(transfer.WouldReduceDeviationBy)} nearer its targets ({money.Of(Math.Max(0, left))} off instead of {money.Of(plan.DeviationAfter)})";
            text.Add(2, $"Move {MoneyText.Of(plan.TotalValue, transfer.Currency).Of(transfer.Amount)} from {transfer.From} to {transfer.To}: {transfer.To} could then buy {what}, the fees of buying paid.");
        }

        foreach (var account in plan.Explanation?.Cash.Where(account => account.Trapped > 0 && plan.Transfers.All(transfer => transfer.From != account.Account)) ?? [])
        {
            text.Add(2, $"{money.Of(account.Trapped)} of cash in {account.Account} can buy nothing that is missing: move it, or add a market there.");
        }

        MoreMoney(text, plan, money);
        foreach (var change in plan.Explanation?.Conflicts.SelectMany(conflict => conflict.Rules).Select(rule => rule.Change).Distinct(StringComparer.Ordinal) ?? [])
        {
            text.Add(2, Sentence(change));
        }

        foreach (var remedy in plan.Skipped.Concat(plan.Explanation?.Limits ?? []).Where(pair => pair.Remedy is not null).GroupBy(pair => pair.Remedy!, StringComparer.Ordinal).OrderByDescending(group => group.Count()).Take(MostRemedies))
        {
            text.Add(2, $"To trade {TextBlock.Names([.. remedy.Select(pair => pair.Asset).Distinct(StringComparer.Ordinal)])} further: {remedy.Key}.");
        }

        if (text.Lines.Count == 0)
        {
            text.Add(2, "Nothing needs doing besides the trades.");
        }

        return text.Lines;
    }

    private static void MoreMoney(TextBlock text, Plan plan, MoneyText money)
    {
        var accounts = plan.Explanation?.Cash ?? [];
        foreach (var account in accounts.Where(account => account.Left < 0))
        {
            text.Add(2, $"Bring {money.Of(-account.Left)} to {account.Account}: that much is missing of the cash it must keep.");
        }

        foreach (var account in Useful(plan))
        {
            if (account.DeviationPerUnit is > 0 and var perUnit)
            {
                text.Add(2, $"Every 1 {money.Currency} of new money in {account.Account} would bring the portfolio {DecimalText.Format(decimal.Round(perUnit, 3))} {money.Currency} nearer its targets.");
            }
            else if (account.Next is { } next)
            {
                var besides = money.IsNothing(account.Left) ? "" : $" besides the {money.Of(account.Left)} left there";
                text.Add(2, $"Bring {money.Of(next.Needed)} of new money to {account.Account}: with it{besides}, {account.Account} could buy {DecimalText.Format(decimal.Round(next.Quantity, 8))} {next.Asset}, and the portfolio would be {money.Of(next.WouldReduceDeviationBy)} nearer its targets.");
            }
        }
    }

    /// <summary>Accounts in which more money would do something, those first where a unit does most.</summary>
    private static List<CashExplanation> Useful(Plan plan) =>
        [.. (plan.Explanation?.Cash ?? []).Where(account => account.Left >= 0 && account is not { DeviationPerUnit: null or 0, Next: null })
            .OrderByDescending(account => account.DeviationPerUnit > 0 ? account.DeviationPerUnit : account.Next is { } next ? next.WouldReduceDeviationBy / next.Needed : 0)
            .Take(MostPurchases)];

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..] + ".";
}
