using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>Value after ≤ cap. What is above its cap now is brought down in stage 0 as far as it can be sold.</summary>
internal static class CapRows
{
    public static void Add(PlacementModel model, BalanceChanges changes)
    {
        var portfolio = model.Portfolio;
        foreach (var cap in ValueCap.Of(portfolio.Problem, portfolio.TotalValue))
        {
            var (change, value) = (new LinearSum(), 0m);
            foreach (var (index, account) in portfolio.Accounts.Index())
            {
                foreach (var asset in portfolio.AssetsOf(account).Where(asset => cap.Counts(portfolio, index, asset)))
                {
                    change.Add(changes.Of(index, asset), -1);
                    value += portfolio.Balance(account, asset) * portfolio.Price(asset);
                }
            }

            model.AddFloor(change, value - cap.Largest, account: null, isCap: true);
        }
    }
}
