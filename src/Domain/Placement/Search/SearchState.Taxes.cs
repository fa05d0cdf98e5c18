namespace Rebalancer.Domain.Placement.Search;

/// <content>Tax and gain of what a pair sells, in the order of its lots.</content>
internal sealed partial class SearchState
{
    /// <summary>A loss smaller than this share of the lots before it is rounding.</summary>
    private const double LossTolerance = 1e-12;

    public bool IsLoss(int pair, double sold)
    {
        var free = _problem.Taxes.LossFree[pair];
        return sold > free + (free * LossTolerance);
    }

    /// <summary>Tax of selling so much more.</summary>
    public double TaxOfMore(int pair, double more)
    {
        if (_problem.Taxes.Start[pair] == _problem.Taxes.Start[pair + 1])
        {
            return 0;
        }

        var sold = PairSold[pair];
        return TaxOf(pair, sold + more) - TaxOf(pair, sold);
    }

    /// <summary>Gain of selling so much more.</summary>
    public double GainOfMore(int pair, double more) => GainOf(pair, PairSold[pair] + more) - GainOf(pair, PairSold[pair]);

    /// <summary>How much more can be sold until the gain of it reaches what is left; infinite where it never does.</summary>
    public double SaleWithGain(int pair, double left)
    {
        var (taxes, sold) = (_problem.Taxes, PairSold[pair]);
        var begin = 0.0;
        for (var lot = taxes.Start[pair]; lot < taxes.Start[pair + 1]; lot++)
        {
            var from = Math.Max(begin, sold);
            var width = Math.Max(0, taxes.End[lot] - from);
            if (width * taxes.Gain[lot] > left)
            {
                return Math.Max(0, from + (Math.Max(0, left) / taxes.Gain[lot]) - sold);
            }

            left -= width * taxes.Gain[lot];
            begin = taxes.End[lot];
        }

        return double.PositiveInfinity;
    }

    public double TaxOf(int pair, double sold) => Along(pair, sold, _problem.Taxes.Tax);

    public double GainOf(int pair, double sold) => Along(pair, sold, _problem.Taxes.Gain);

    private double Along(int pair, double sold, double[] perValue)
    {
        if (sold == 0)
        {
            return 0;
        }

        var taxes = _problem.Taxes;
        var (sum, begin) = (0.0, 0.0);
        for (var lot = taxes.Start[pair]; lot < taxes.Start[pair + 1] && begin < sold; lot++)
        {
            sum += (Math.Min(sold, taxes.End[lot]) - begin) * perValue[lot];
            begin = taxes.End[lot];
        }

        return sum;
    }
}
