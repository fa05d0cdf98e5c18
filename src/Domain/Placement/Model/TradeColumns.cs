using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>One side of one market in the model: the amount, and the binary that says there is an order. Columns are −1 where the side is closed.</summary>
/// <param name="MostRow">The row that holds the amount below its largest, or at zero without an order.</param>
internal readonly record struct SideColumns(int Amount, int Order, int MostRow)
{
    public static readonly SideColumns Closed = new(-1, -1, -1);

    public bool IsOpen => Amount >= 0;
}

/// <summary>The two sides of every trade option. Whole lots are counted; anything finer is an amount of scaled money.</summary>
internal sealed class TradeColumns
{
    private readonly Scale _scale;

    public TradeColumns(LinearModel model, Portfolio portfolio, Scale scale)
    {
        _scale = scale;
        Buys = [.. portfolio.Options.Select(option => option.CanBuy ? AddSide(model, option, option.BuyMaxLots) : SideColumns.Closed)];
        Sells = [.. portfolio.Options.Select(option => option.CanSell ? AddSide(model, option, option.SellMaxLots) : SideColumns.Closed)];
    }

    public IReadOnlyList<SideColumns> Buys { get; }

    public IReadOnlyList<SideColumns> Sells { get; }

    /// <summary>Scaled value of one unit of the amount column.</summary>
    public double UnitValue(TradeOption option) => option.IsWhole ? _scale.Scaled(option.LotValue) : 1;

    /// <summary>ℓ·y ≤ amount ≤ M·y.</summary>
    private SideColumns AddSide(LinearModel model, TradeOption option, decimal mostLots)
    {
        var (least, most) = option.IsWhole
            ? ((double)option.MinLots, (double)mostLots)
            : (_scale.Scaled(option.MinLots * option.LotValue), _scale.Scaled(mostLots * option.LotValue));
        var side = new SideColumns(model.AddColumn(0, most, option.IsWhole), model.AddColumn(0, 1, isInteger: true), model.RowCount);
        model.AddAtMost(new LinearSum().Add(side.Amount, 1).Add(side.Order, -most), 0);
        model.AddAtLeast(new LinearSum().Add(side.Amount, 1).Add(side.Order, -least), 0);
        return side;
    }
}
