namespace Rebalancer.Domain.Placement.Model;

/// <summary>Σ changes − over + under = gap, for every target row.</summary>
internal static class DeviationRows
{
    public static void Add(PlacementModel model, BalanceChanges changes)
    {
        var sums = model.Portfolio.Rows.Select(_ => new LinearSum()).ToList();
        foreach (var (index, account) in model.Portfolio.Accounts.Index())
        {
            foreach (var asset in model.Portfolio.AssetsOf(account))
            {
                foreach (var exposure in model.Portfolio.ExposuresOf(asset))
                {
                    sums[exposure.Row].Add(changes.Of(index, asset), (double)exposure.Share);
                }
            }
        }

        foreach (var (index, row) in model.Portfolio.Rows.Index())
        {
            var over = model.Linear.AddColumn(0, double.PositiveInfinity);
            var under = model.Linear.AddColumn(0, double.PositiveInfinity);
            var gap = model.Scale.Scaled(row.Gap);
            model.Linear.AddRow(sums[index].Add(over, -1).Add(under, 1), gap, gap);
            model.DeviationColumns.Add((over, under));
            model.Deviation.Add(over, 1).Add(under, 1);
        }
    }
}
