using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>
/// What is sold, split into tax lots in the method's order. Where a later lot would be better to sell than an earlier one, binaries keep the
/// order; otherwise the solver keeps it by itself, and the model stays small.
/// </summary>
internal static class TaxColumns
{
    public static void Add(PlacementModel model)
    {
        if (model.Portfolio.Problem.Taxes is not { } rules)
        {
            return;
        }

        var gains = new LinearSum();
        var takesLoss = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var options in model.Portfolio.Options.Where(option => option.CanSell).GroupBy(option => (option.AccountIndex, option.Asset)))
        {
            var lots = LotQueue.Of(model.Portfolio, model.Portfolio.Accounts[options.Key.AccountIndex], options.Key.Asset);
            if (lots.Count > 0)
            {
                AddLots(model, [.. options], lots, gains, takesLoss);
            }
        }

        if (rules.GainBudget is { } budget)
        {
            model.Linear.AddAtMost(gains, model.Scale.Scaled(budget >= 0 ? Math.Max(0, budget - Rounding.MostGainOf(model.Portfolio)) : budget));
        }

        AddWashSales(model, takesLoss);
    }

    private static void AddLots(
        PlacementModel model, IReadOnlyList<TradeOption> options, IReadOnlyList<LotForSale> lots, LinearSum gains, SortedDictionary<string, int> takesLoss)
    {
        var (asset, price) = (options[0].Asset, options[0].Price);
        var sizes = lots.Select(lot => model.Scale.Scaled(lot.Quantity * price)).ToList();
        var columns = sizes.Select(size => model.Linear.AddColumn(0, size)).ToList();
        var sold = new LinearSum();
        foreach (var option in options)
        {
            sold.Add(model.Columns.Sells[option.Index].Amount, model.Columns.UnitValue(option));
        }

        foreach (var (index, lot) in lots.Index())
        {
            sold.Add(columns[index], -1);
            model.Tax.Add(columns[index], (double)(lot.Tax / price));
            gains.Add(columns[index], (double)(lot.Gain / price));
            if (lot.Gain < 0 && model.Portfolio.Problem.Taxes is { WashSaleDays: > 0 })
            {
                var loss = takesLoss.TryGetValue(asset, out var existing) ? existing : takesLoss[asset] = model.Linear.AddColumn(0, 1, isInteger: true);
                model.Linear.AddAtMost(new LinearSum().Add(columns[index], 1).Add(loss, -sizes[index]), 0);
            }
        }

        model.Linear.AddRow(sold, 0, 0);
        if (NeedsOrder(model.Portfolio.Problem, lots))
        {
            AddOrder(model.Linear, columns, sizes);
        }
    }

    private static bool NeedsOrder(PlacementProblem problem, IReadOnlyList<LotForSale> lots) =>
        lots.Zip(lots.Skip(1)).Any(pair =>
            pair.Second.Tax < pair.First.Tax
            || (problem.Taxes!.GainBudget is not null && pair.Second.Gain < pair.First.Gain)
            || (problem.Taxes.WashSaleDays > 0 && pair.First.Gain < 0));

    /// <summary>The next lot is touched only when the one before it is sold whole.</summary>
    private static void AddOrder(LinearModel linear, List<int> columns, List<double> sizes)
    {
        for (var lot = 0; lot + 1 < columns.Count; lot++)
        {
            var isSold = linear.AddColumn(0, 1, isInteger: true);
            linear.AddAtLeast(new LinearSum().Add(columns[lot], 1).Add(isSold, -sizes[lot]), 0);
            linear.AddAtMost(new LinearSum().Add(columns[lot + 1], 1).Add(isSold, -sizes[lot + 1]), 0);
        }
    }

    /// <summary>What is sold at a loss anywhere is bought nowhere, and not sold at a loss soon after it was bought.</summary>
    private static void AddWashSales(PlacementModel model, SortedDictionary<string, int> takesLoss)
    {
        foreach (var (asset, loss) in takesLoss)
        {
            if (WashSaleWindow.ForbidsLosses(model.Portfolio.Problem, asset))
            {
                model.Linear.Fix(loss, 0);
            }

            foreach (var option in model.Portfolio.Options.Where(option => option.Asset == asset && option.CanBuy))
            {
                model.Linear.AddAtMost(new LinearSum().Add(model.Columns.Buys[option.Index].Order, 1).Add(loss, 1), 1);
            }
        }
    }
}
