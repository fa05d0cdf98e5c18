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

    private readonly Wandering _asset = new(noise.For("price:" + market.Market.Asset), 0);
    private readonly Wandering _basis = new(noise.For("basis:" + exchange + ":" + market.Market.Asset), FirstBasisOctave);

    private IReadOnlyList<(decimal Factor, long From, long Until)> _shocks = [];

    /// <summary>Multiplies the price from one second up to another; shocks at the same time multiply each other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive.</exception>
    public void Shock(decimal factor, long from, long until)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        _shocks = [.. _shocks, (factor, from, until)];
    }

    /// <summary>Bid and ask in the given second since the epoch; negative before it.</summary>
    public (decimal Bid, decimal Ask) At(long second)
    {
        var change = (market.AnnualDrift * (second / SecondsPerYear)) + (market.AnnualVolatility * UnitAmplitude * _asset.Since(second));

        // The amplitudes of these octaves add up to less than 2^13, and a difference of two such sums to less than 2^14.
        var basis = LargestBasis * _basis.Since(second) / 16384m;
        var mid = market.InitialPrice * Math.Max(Floor, 1 + change) * (1 + basis);
        foreach (var shock in _shocks)
        {
            mid *= second >= shock.From && second < shock.Until ? shock.Factor : 1;
        }

        return (RoundDown(mid * (1 - market.HalfSpread)), RoundUp(mid * (1 + market.HalfSpread)));
    }

    private decimal RoundDown(decimal price) => Math.Max(market.TickSize, Math.Floor(price / market.TickSize) * market.TickSize);

    private decimal RoundUp(decimal price) => Math.Ceiling(price / market.TickSize) * market.TickSize;

    /// <summary>The sum of the octaves. It remembers the pair of draws each was last between: whoever asks for prices asks for neighbouring ones.</summary>
    private sealed class Wandering
    {
        private readonly SeededNoise _source;
        private readonly int _firstOctave;
        private readonly decimal _origin;
        private readonly Step?[] _steps = new Step?[Octaves];

        public Wandering(SeededNoise source, int firstOctave)
        {
            (_source, _firstOctave) = (source, firstOctave);
            _origin = At(0);
        }

        /// <summary>What has been added since the epoch.</summary>
        public decimal Since(long time) => At(time) - _origin;

        private decimal At(long time)
        {
            var sum = 0m;
            for (var octave = _firstOctave; octave < Octaves; octave++)
            {
                sum += (1L << octave) * Lattice(octave, 1L << (2 * octave), time);
            }

            return sum;
        }

        private decimal Lattice(int octave, long period, long time)
        {
            var into = time % period;
            into += into < 0 ? period : 0;
            var index = (time - into) / period;

            // Replaced as a whole, so that several threads may ask.
            if (_steps[octave] is not { } step || step.Index != index)
            {
                _steps[octave] = step = new Step(index, Knot(octave, index), Knot(octave, index + 1));
            }

            return into == 0 ? step.Left : step.Left + ((decimal)into / period * (step.Right - step.Left));
        }

        private decimal Knot(int octave, long index) => (2 * _source.Draw((index * Octaves) + octave)) - 1;

        private sealed record Step(long Index, decimal Left, decimal Right);
    }
}
