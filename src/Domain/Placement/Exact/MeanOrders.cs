using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// In what share of the relaxation's last solutions every side trades. At good multipliers many solutions are equally good, and their mean is
/// near the solution of the linear program behind them (Barahona and Anbil 2000, the volume algorithm): a trade that is there half of the time
/// is the one to decide. The assets' copies are counted only: an account whose cash is enough does not care what its copies are.
/// </summary>
internal sealed class MeanOrders(LagrangianRelaxation relaxation, int sides)
{
    private const double Weight = 0.1;

    /// <summary>By side, from 0 to 1.</summary>
    public double[] Share { get; } = new double[sides];

    public void Load(double[] share) => share.CopyTo(Share, 0);

    /// <summary>Counts the solution that <see cref="LagrangianRelaxation.Gradient"/> looked at last.</summary>
    public void Count()
    {
        for (var side = 0; side < Share.Length; side++)
        {
            Share[side] += Weight * (relaxation.AssetOrders[side] - Share[side]);
        }
    }

    /// <summary>How undecided a trade is: 0 where it always or never trades, and always to one side.</summary>
    public double Doubt(int trade)
    {
        var (buys, sells) = (Share[2 * trade], Share[(2 * trade) + 1]);
        var trades = Math.Min(1, buys + sells);
        return Math.Min(trades, 1 - trades) + Math.Min(buys, sells);
    }
}
