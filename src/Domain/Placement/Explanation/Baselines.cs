using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// What people do without placement: bring every account to the targets by itself, or spread every trade over all accounts. Both keep the same
/// rules of cash, lots, minimums, caps and sides, sell before they buy, and round down; neither weighs what a trade costs.
/// </summary>
internal static class Baselines
{
    private delegate decimal Wanted(int account, int row, bool isBuy);

    /// <summary>Each account's own value times the target weights.</summary>
    public static PlanState AccountByAccount(Portfolio portfolio)
    {
        var state = new PlanState(portfolio);
        var held = HeldByRow(portfolio);
        var values = portfolio.Accounts.Index().Select(entry => ValueOf(portfolio, entry.Item)).ToList();
        Trade(state, (account, row, isBuy) => (isBuy ? 1 : -1) * ((portfolio.Rows[row].Weight * values[account]) - held[account][row]));
        return state;
    }

    /// <summary>The whole portfolio's gap, sells by what each account holds of it and buys by what each account is worth.</summary>
    public static PlanState InProportion(Portfolio portfolio)
    {
        var state = new PlanState(portfolio);
        var held = HeldByRow(portfolio);
        var values = portfolio.Accounts.Select(account => Math.Max(0, ValueOf(portfolio, account))).ToList();
        var sellers = Totals(portfolio, isBuy: false, (account, row) => held[account][row]);
        var buyers = Totals(portfolio, isBuy: true, (account, _) => values[account]);
        Trade(state, (account, row, isBuy) =>
        {
            var (part, whole) = isBuy ? (values[account], buyers[row]) : (held[account][row], sellers[row]);
            return whole <= 0 ? 0 : (isBuy ? 1 : -1) * portfolio.Rows[row].Gap * part / whole;
        });
        return state;
    }

    private static void Trade(PlanState state, Wanted wanted)
    {
        var portfolio = state.Portfolio;
        var trader = new BaselineTrader(state);
        for (var account = 0; account < portfolio.Accounts.Count; account++)
        {
            var options = portfolio.Trades.Of(account).Where(option => RowOf(portfolio, option) is not null).ToList();
            foreach (var isBuy in new[] { false, true })
            {
                var inOrder = options.Select(option => (Option: option, Value: wanted(account, RowOf(portfolio, option)!.Value, isBuy)))
                    .Where(entry => entry.Value > 0).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Option.CostRate).ThenBy(entry => entry.Option.Index);
                var done = new SortedDictionary<int, decimal>();
                foreach (var (option, value) in inOrder)
                {
                    var row = RowOf(portfolio, option)!.Value;
                    done[row] = done.GetValueOrDefault(row) + trader.Trade(option, isBuy, value - done.GetValueOrDefault(row));
                }
            }
        }
    }

    private static decimal[] Totals(Portfolio portfolio, bool isBuy, Func<int, int, decimal> partOf)
    {
        var totals = new decimal[portfolio.Rows.Count];
        foreach (var account in Enumerable.Range(0, portfolio.Accounts.Count))
        {
            var rows = portfolio.Trades.Of(account).Where(option => isBuy ? option.CanBuy : option.CanSell).Select(option => RowOf(portfolio, option)).OfType<int>();
            foreach (var row in rows.Distinct())
            {
                totals[row] += partOf(account, row);
            }
        }

        return totals;
    }

    private static decimal[][] HeldByRow(Portfolio portfolio) =>
    [
        .. portfolio.Accounts.Select(account =>
        {
            var held = new decimal[portfolio.Rows.Count];
            foreach (var asset in portfolio.AssetsOf(account))
            {
                foreach (var exposure in portfolio.ExposuresOf(asset))
                {
                    held[exposure.Row] += exposure.Share * portfolio.Owned(account, asset) * portfolio.Price(asset);
                }
            }

            return held;
        }),
    ];

    private static decimal ValueOf(Portfolio portfolio, PlacementAccount account) =>
        portfolio.AssetsOf(account).Sum(asset => portfolio.Owned(account, asset) * portfolio.Price(asset)) - portfolio.Problem.Withdraw.GetValueOrDefault(account.Id);

    /// <summary>The one target that an asset counts for in full; a fund of several is bought by nobody who fills targets one by one.</summary>
    private static int? RowOf(Portfolio portfolio, TradeOption option) =>
        !portfolio.IsFreeCash(option.Asset) && portfolio.ExposuresOf(option.Asset) is [{ Share: 1 } only] ? only.Row : null;
}
