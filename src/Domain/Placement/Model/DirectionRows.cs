using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>An account never both buys and sells an asset; with <c>oneDirectionPerAsset</c> neither do two accounts.</summary>
internal static class DirectionRows
{
    public static void Add(PlacementModel model)
    {
        foreach (var options in model.Portfolio.Options.GroupBy(option => (option.AccountIndex, option.Asset)))
        {
            AddExclusion(model, [.. options]);
        }

        if (model.Portfolio.Problem.OneDirectionPerAsset)
        {
            foreach (var options in model.Portfolio.Options.GroupBy(option => option.Asset, StringComparer.Ordinal))
            {
                AddExclusion(model, [.. options]);
            }
        }
    }

    private static void AddExclusion(PlacementModel model, IReadOnlyList<TradeOption> options)
    {
        var buys = options.Select(option => model.Columns.Buys[option.Index]).Where(side => side.IsOpen).ToList();
        var sells = options.Select(option => model.Columns.Sells[option.Index]).Where(side => side.IsOpen).ToList();
        if (buys.Count == 0 || sells.Count == 0)
        {
            return;
        }

        if (buys.Count == 1 && sells.Count == 1)
        {
            model.Linear.AddAtMost(new LinearSum().Add(buys[0].Order, 1).Add(sells[0].Order, 1), 1);
            return;
        }

        var isBought = model.Linear.AddColumn(0, 1, isInteger: true);
        foreach (var buy in buys)
        {
            model.Linear.AddAtMost(new LinearSum().Add(buy.Order, 1).Add(isBought, -1), 0);
        }

        foreach (var sell in sells)
        {
            model.Linear.AddAtMost(new LinearSum().Add(sell.Order, 1).Add(isBought, 1), 1);
        }
    }
}
