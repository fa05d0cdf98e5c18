using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>
/// A moving price that can be asked for any second before or after the epoch, without walking there. It is noise in octaves: each is four times slower
/// and twice as large as the one before, which makes the variance of a change proportional to its duration, as in a random walk, while the
/// price stays within a band of its start. Decimal throughout, so that every machine sees the same price.
/// </summary>
public sealed class PricePath(SimulatedMarket market, string exchange, SeededNoise noise)
{
    private const int Octaves = 13;
    private const decimal SecondsPerYear = 31_557_600m;

    /// <summary>Amplitude of the one-second octave for a volatility of 100 % a year: 1 / (√31,557,600 · 0.9), 0.9 being what interpolation leaves.</summary>
    private const decimal UnitAmplitude = 0.000198m;

    /// <summary>A price may fall this far and no further: a simulated asset is never worth nothing.</summary>
    private const decimal Floor = 0.05m;

    /// <summary>Exchanges differ by up to this share of the price.</summary>
    private const decimal LargestBasis = 0.0003m;

    /// <summary>Exchanges drift apart with octaves of 17 minutes and more.</summary>
    private const int FirstBasisOctave = 5;

    private readonly SeededNoise _asset = noise.For("price:" + market.Market.Asset);
    private readonly SeededNoise _basis = noise.For("basis:" + exchange + ":" + market.Market.Asset);
    private readonly decimal _assetOrigin = Wander(noise.For("price:" + market.Market.Asset), 0, 0);
    private readonly decimal _basisOrigin = Wander(noise.For("basis:" + exchange + ":" + market.Market.Asset), 0, FirstBasisOctave);

    /// <summary>Bid and ask in the given second since the epoch; negative before it.</summary>
    public (decimal Bid, decimal Ask) At(long second)
    {
        var change = (market.AnnualDrift * (second / SecondsPerYear)) + (market.AnnualVolatility * UnitAmplitude * (Wander(_asset, second, 0) - _assetOrigin));

        // The amplitudes of these octaves add up to less than 2^13, and a difference of two such sums to less than 2^14.
        var basis = LargestBasis * (Wander(_basis, second, FirstBasisOctave) - _basisOrigin) / 16384m;
        var mid = market.InitialPrice * Math.Max(Floor, 1 + change) * (1 + basis);
        return (RoundDown(mid * (1 - market.HalfSpread)), RoundUp(mid * (1 + market.HalfSpread)));
    }

    private static decimal Wander(SeededNoise source, long time, int firstOctave)
    {
        var sum = 0m;
        for (var octave = firstOctave; octave < Octaves; octave++)
        {
            var period = 1L << (2 * octave);
            sum += (1L << octave) * Lattice(source, octave, period, time);
        }

        return sum;
    }

    private static decimal Lattice(SeededNoise source, int octave, long period, long time)
    {
        var into = time % period;
        into += into < 0 ? period : 0;
        var index = (time - into) / period;
        var share = (decimal)into / period;
        var left = Knot(source, octave, index);
        return share == 0 ? left : left + (share * (Knot(source, octave, index + 1) - left));
    }

    private static decimal Knot(SeededNoise source, int octave, long index) => (2 * source.Draw((index * Octaves) + octave)) - 1;

    private decimal RoundDown(decimal price) => Math.Max(market.TickSize, Math.Floor(price / market.TickSize) * market.TickSize);

    private decimal RoundUp(decimal price) => Math.Ceiling(price / market.TickSize) * market.TickSize;
}
