using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>No balance below zero, no account's cash below what it keeps, and, where proceeds may not be used, nothing paid out of them.</summary>
internal static class CashRows
{
    public static void Add(PlacementModel model, BalanceChanges changes)
    {
        var portfolio = model.Portfolio;
        var total = new LinearSum();
        var cash = 0m;
        foreach (var (index, account) in portfolio.Accounts.Index())
        {
            cash += portfolio.Cash(account) - portfolio.Problem.Withdraw.GetValueOrDefault(account.Id);
            if (account.Frozen)
            {
                continue;
            }

            AddBalances(model, changes, account, index);
            total.Add(AddCashToKeep(model, changes, account, index));
        }

        if (portfolio.Problem.CashReserve > 0)
        {
            model.AddFloor(total, portfolio.Problem.CashReserve - cash, account: null);
        }
    }

    private static void AddBalances(PlacementModel model, BalanceChanges changes, PlacementAccount account, int index)
    {
        var portfolio = model.Portfolio;
        foreach (var asset in portfolio.BalancesOf(account))
        {
            var balance = portfolio.Balance(account, asset) * portfolio.Price(asset);
            var firstRow = model.Linear.RowCount;
            if (portfolio.IsSpendable(asset))
            {
                model.AddFloor(changes.Of(index, asset), -balance, index);
            }

            // Otherwise what is bought in the same plan is not there yet.
            if ((!account.UseProceeds || !portfolio.IsSpendable(asset)) && changes.OutflowsOf(index, asset) is { Terms.Count: > 0 } outflows)
            {
                model.Linear.AddAtLeast(outflows, model.Scale.Scaled(Math.Min(0, -balance)));
            }

            if (portfolio.IsCurrency(asset))
            {
                NoteFloors(model, firstRow, index, asset);
            }
        }
    }

    private static LinearSum AddCashToKeep(PlacementModel model, BalanceChanges changes, PlacementAccount account, int index)
    {
        var portfolio = model.Portfolio;
        var (all, outflows) = (new LinearSum(), new LinearSum());
        foreach (var currency in portfolio.AssetsOf(account).Where(portfolio.IsFreeCash))
        {
            all.Add(changes.Of(index, currency));
            outflows.Add(changes.OutflowsOf(index, currency));
        }

        var toKeep = portfolio.CashToKeep(account);
        if (toKeep > 0)
        {
            var firstRow = model.Linear.RowCount;
            var missing = toKeep - portfolio.Cash(account);
            model.AddFloor(new LinearSum().Add(all), missing, index);
            if (!account.UseProceeds)
            {
                model.Linear.AddAtLeast(outflows, model.Scale.Scaled(Math.Min(0, missing)));
            }

            NoteFloors(model, firstRow, index, null);
        }

        return all;
    }

    private static void NoteFloors(PlacementModel model, int firstRow, int account, string? currency)
    {
        for (var row = firstRow; row < model.Linear.RowCount; row++)
        {
            model.CashFloors.Add((row, account, currency));
        }
    }
}
