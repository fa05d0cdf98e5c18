namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// What an order of each side costs one kind of block, and by how much it moves the block's row, by side: an order of value v costs
/// <see cref="PerValue"/>·v + <see cref="PerOrder"/> and changes the row by <see cref="ChangePerValue"/>·v + <see cref="ChangePerOrder"/>.
/// </summary>
internal sealed class SidePrices(int sides)
{
    public double[] PerValue { get; } = new double[sides];

    public double[] PerOrder { get; } = new double[sides];

    public double[] ChangePerValue { get; } = new double[sides];

    public double[] ChangePerOrder { get; } = new double[sides];
}
