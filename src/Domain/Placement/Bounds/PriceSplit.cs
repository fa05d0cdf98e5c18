using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>What the asset's and the account's copy of every order pay under some multipliers: together what the order costs.</summary>
internal sealed class PriceSplit
{
    private readonly SearchProblem _problem;
    private readonly RowLayout _layout;
    private readonly double[] _most;

    public PriceSplit(SearchProblem problem, TradeRanges ranges, RowLayout layout)
    {
        (_problem, _layout, _most) = (problem, layout, ranges.Most);
        (Assets, Accounts, Lots) = (new SidePrices(_most.Length), new SidePrices(_most.Length), new LotPrices(problem));
        for (var side = 0; side < _most.Length; side++)
        {
            Fill(Assets, problem.Deviation, side, layout.Row[side / 2]);
            Fill(Accounts, problem.Resource, side, layout.CashRow[side / 2]);
        }
    }

    public SidePrices Assets { get; }

    public SidePrices Accounts { get; }

    public LotPrices Lots { get; }

    /// <returns>Sum of the magnitudes of everything the bound adds up: what errors of floating point are measured by.</returns>
    public double Price(Multipliers multipliers)
    {
        var magnitude = Lots.Price(multipliers.Gain);
        for (var side = 0; side < _most.Length; side++)
        {
            if (_most[side] > 0)
            {
                magnitude += PriceSide(multipliers, side);
            }
        }

        return magnitude;
    }

    private static void Fill(SidePrices prices, SideEntries entries, int side, int row)
    {
        for (var entry = entries.Start[side]; entry < entries.Start[side + 1]; entry++)
        {
            if (entries.Row[entry] == row)
            {
                (prices.ChangePerValue[side], prices.ChangePerOrder[side]) = (entries.PerValue[entry], entries.PerOrder[entry]);
            }
        }
    }

    private double PriceSide(Multipliers multipliers, int side)
    {
        var (perValue, perOrder) = (_problem.Rate[side] - multipliers.Value[side], _problem.Ticket[side / 2] - multipliers.Order[side]);
        var magnitude = ((Math.Abs(_problem.Rate[side]) + Math.Abs(multipliers.Value[side])) * _most[side]) + _problem.Ticket[side / 2] + Math.Abs(multipliers.Order[side]);
        var (resource, deviation) = (_problem.Resource, _problem.Deviation);
        for (var entry = resource.Start[side]; entry < resource.Start[side + 1]; entry++)
        {
            var price = multipliers.Resources[resource.Row[entry]];
            perValue -= price * resource.PerValue[entry];
            perOrder -= price * resource.PerOrder[entry];
            magnitude += (1 + price) * ((Math.Abs(resource.PerValue[entry]) * _most[side]) + Math.Abs(resource.PerOrder[entry]));
        }

        for (var entry = deviation.Start[side]; entry < deviation.Start[side + 1]; entry++)
        {
            var row = deviation.Row[entry];
            var price = row == _layout.Row[side / 2] ? 0 : multipliers.Copies[row];
            perValue -= price * deviation.PerValue[entry];
            perOrder -= price * deviation.PerOrder[entry];
            magnitude += (_problem.DeviationWeight + Math.Abs(price)) * ((Math.Abs(deviation.PerValue[entry]) * _most[side]) + Math.Abs(deviation.PerOrder[entry]));
        }

        (Assets.PerValue[side], Assets.PerOrder[side]) = (perValue, perOrder);
        (Accounts.PerValue[side], Accounts.PerOrder[side]) = (multipliers.Value[side], multipliers.Order[side]);
        return magnitude;
    }
}
