namespace Rebalancer.Domain.Placement.Model;

/// <summary>
/// The model's unit of money: a power of two that brings the portfolio to between 8192 and 16384 units. The solver's tolerances are
/// absolute (1e-9), so without it a portfolio of 0.001 BTC would be all tolerance and one of a billion would have none.
/// </summary>
internal sealed class Scale(decimal totalValue)
{
    private const int UnitsLog2 = 13;

    /// <summary>Base currency in one unit; a power of two, so that scaling itself rounds nothing.</summary>
    public double Unit { get; } = Math.Pow(2, Math.Floor(Math.Log2((double)totalValue)) - UnitsLog2);

    public double Scaled(decimal money) => (double)money / Unit;

    public double Money(double scaled) => scaled * Unit;
}
