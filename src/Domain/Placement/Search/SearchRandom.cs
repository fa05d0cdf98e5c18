namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// A small generator of our own (PCG-XSH-RR, O'Neill 2014), so that the same seed gives the same moves on every machine and every runtime.
/// </summary>
internal sealed class SearchRandom(ulong seed)
{
    private const ulong Multiplier = 6364136223846793005;
    private const ulong Increment = 1442695040888963407;
    private const double UnitOf32Bits = 1.0 / 4294967296.0;

    private ulong _state = unchecked((seed * Multiplier) + Increment);

    /// <summary>32 random bits.</summary>
    public uint NextBits()
    {
        unchecked
        {
            var old = _state;
            _state = (old * Multiplier) + Increment;
            var mixed = (uint)(((old >> 18) ^ old) >> 27);
            return System.Numerics.BitOperations.RotateRight(mixed, (int)(old >> 59));
        }
    }

    /// <summary>0 ≤ result &lt; count; count is small beside 2³², so the bias of multiplying is none that matters.</summary>
    public int Next(int count) => (int)(((ulong)NextBits() * (ulong)count) >> 32);

    /// <summary>0 ≤ result &lt; 1.</summary>
    public double NextUnit() => NextBits() * UnitOf32Bits;

    /// <summary>
    /// e^x for −700 ≤ x ≤ 700, to about 1e-9: halving the argument and squaring back needs only multiplications, which every processor rounds
    /// alike; the library's exponential does not promise that.
    /// </summary>
    public static double Exp(double x)
    {
        const int Squarings = 10;
        var reduced = x / (1 << Squarings);
        var result = 1 + (reduced * (1 + (reduced / 2 * (1 + (reduced / 3 * (1 + (reduced / 4)))))));
        for (var squaring = 0; squaring < Squarings; squaring++)
        {
            result *= result;
        }

        return result;
    }
}
