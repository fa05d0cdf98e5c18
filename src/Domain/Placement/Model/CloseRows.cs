using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>Of what nobody wants, all is sold or at least the smallest order is left.</summary>
internal static class CloseRows
{
    public static void Add(PlacementModel model)
    {
        foreach (var close in FullClose.Of(model.Portfolio))
        {
            var sold = new LinearSum();
            foreach (var option in close.Options)
            {
                sold.Add(model.Columns.Sells[option.Index].Amount, model.Columns.UnitValue(option));
            }

            // Amounts finer than whole lots are rounded and mended after; what is left must still be enough then.
            var rounding = close.Options.Where(option => !option.IsWhole).Sum(option => option.LotValue) * (Mending.MostLotsToMend + 1);
            var price = close.Options[0].Price;
            var whole = model.Scale.Scaled(close.Holding * price);
            // Where all there is is the smallest order, nothing can be left but all of it.
            var left = Math.Min(whole, model.Scale.Scaled((close.Smallest * price) + rounding));
            var isClosed = model.Linear.AddColumn(0, close.CanClose ? 1 : 0, isInteger: true);
            model.Linear.AddAtMost(new LinearSum().Add(sold).Add(isClosed, -left), whole - left);
            model.Linear.AddAtLeast(sold.Add(isClosed, -whole), 0);
        }
    }
}
