using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// Tax of every lot with the price of its gain. Tax follows the lots in their order; where several markets sell from the same lots, each pays
/// the lower convex envelope, which is never more than they pay together.
/// </summary>
internal sealed class LotPrices
{
    private readonly TaxSchedule _taxes;
    private readonly bool[] _sharesLots;

    public LotPrices(SearchProblem problem)
    {
        _taxes = problem.Taxes;
        PerValue = new double[_taxes.Tax.Length];
        _sharesLots = new bool[_taxes.LossFree.Length];
        var seen = new bool[_sharesLots.Length];
        foreach (var pair in problem.Pair)
        {
            (_sharesLots[pair], seen[pair]) = (seen[pair], true);
            MostLots = Math.Max(MostLots, _taxes.Start[pair + 1] - _taxes.Start[pair]);
        }
    }

    /// <summary>By lot.</summary>
    public double[] PerValue { get; }

    public int MostLots { get; }

    /// <returns>Sum of the magnitudes of all prices times the lots.</returns>
    public double Price(double gainPrice)
    {
        var magnitude = 0.0;
        for (var pair = 0; pair < _sharesLots.Length; pair++)
        {
            for (var lot = _taxes.Start[pair]; lot < _taxes.Start[pair + 1]; lot++)
            {
                PerValue[lot] = _taxes.Tax[lot] + (gainPrice * _taxes.Gain[lot]);
                var size = _taxes.End[lot] - (lot > _taxes.Start[pair] ? _taxes.End[lot - 1] : 0);
                magnitude += size * (Math.Abs(_taxes.Tax[lot]) + (gainPrice * Math.Abs(_taxes.Gain[lot])));
            }

            if (_sharesLots[pair])
            {
                FlattenToEnvelope(_taxes.Start[pair], _taxes.Start[pair + 1]);
            }
        }

        return magnitude;
    }

    /// <summary>Averages neighbouring lots until their tax rises: the slopes of the lower convex envelope.</summary>
    private void FlattenToEnvelope(int from, int to)
    {
        var ends = _taxes.End;
        for (var lot = from + 1; lot < to; lot++)
        {
            var first = lot;
            while (first > from && PerValue[first - 1] > PerValue[lot])
            {
                var begin = first - 1;
                while (begin > from && PerValue[begin - 1] == PerValue[first - 1])
                {
                    begin--;
                }

                var start = begin > from ? ends[begin - 1] : 0;
                var (left, right) = (ends[first - 1] - start, ends[lot] - ends[first - 1]);
                var average = left + right > 0 ? ((PerValue[first - 1] * left) + (PerValue[lot] * right)) / (left + right) : PerValue[lot];
                PerValue.AsSpan(begin, lot - begin + 1).Fill(average);
                first = begin;
            }
        }
    }
}
