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
