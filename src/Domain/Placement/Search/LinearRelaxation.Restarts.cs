namespace Rebalancer.Domain.Placement.Search;

/// <summary>How far from solved the relaxation is, and when to go on from the mean of the way so far.</summary>
internal sealed partial class LinearRelaxation
{
    private const int IterationsBetweenLooks = 20;

    // Of the portfolio's value: a thousandth of a basis point. Lots and tickets, which this relaxation leaves out, make far more of a difference.
    private const double Solved = 1e-7;

    // A restart pays once the distance has fallen to the first share of what it was at the last one, to the second where it has begun to grow again,
    // or where this share of all iterations has passed without.
    private const double SufficientDecay = 0.2;
    private const double NecessaryDecay = 0.8;
    private const double LongestShare = 0.36;

    private readonly double[] _valueAtRestart;
    private readonly double[] _priceAtRestart;
    private double _distanceAtRestart = double.PositiveInfinity;
    private double _distanceBefore = double.PositiveInfinity;
    private double _leastDistance = double.PositiveInfinity;
    private double _bestDual = double.NegativeInfinity;

    /// <summary>Iterates, and keeps the prices that prove most and the values that are nearest to solved.</summary>
    public void Solve(int iterations)
    {
        var (meanValue, meanPrice) = (new double[_value.Length], new double[_price.Length]);
        var since = 0;
        for (var iteration = 1; iteration <= iterations; iteration++)
        {
            Iterate();
            since++;
            if (iteration % IterationsBetweenLooks != 0 && iteration != iterations)
            {
                continue;
            }

            Mean(_valueSum, since, meanValue);
            Mean(_priceSum, since, meanPrice);
            var (ofMean, ofLast) = (DistanceOf(meanValue, meanPrice), DistanceOf(_value, _price));
            var distance = Math.Min(ofMean, ofLast);
            if (distance <= Solved * (double)_problem.Portfolio.TotalValue)
            {
                return;
            }

            var isTime = distance <= SufficientDecay * _distanceAtRestart || (distance <= NecessaryDecay * _distanceAtRestart && distance > _distanceBefore)
                || since >= LongestShare * iteration;
            _distanceBefore = distance;
            if (isTime)
            {
                if (ofMean < ofLast)
                {
                    (_value, meanValue) = (meanValue, _value);
                    (_price, meanPrice) = (meanPrice, _price);
                }

                Restart(distance);
                since = 0;
            }
        }
    }

    private static void Mean(double[] sums, int count, double[] mean)
    {
        for (var index = 0; index < sums.Length; index++)
        {
            mean[index] = sums[index] / count;
        }
    }

    private void Restart(double distance)
    {
        // Values and prices should have come equally far since the last restart, in steps.
        var (values, prices) = (Moved(_value, _valueAtRestart, _columnStep), Moved(_price, _priceAtRestart, _rowStep));
        if (values > 0 && prices > 0)
        {
            _weight = Math.Sqrt(_weight * values / prices);
        }

        _value.CopyTo(_valueAtRestart, 0);
        _price.CopyTo(_priceAtRestart, 0);
        Array.Clear(_valueSum);
        Array.Clear(_priceSum);
        (_distanceAtRestart, _distanceBefore) = (distance, double.PositiveInfinity);
    }

    private static double Moved(double[] now, double[] before, double[] step)
    {
        var sum = 0.0;
        for (var index = 0; index < now.Length; index++)
        {
            var difference = now[index] - before[index];
            sum += difference * difference / step[index];
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// The gap between what the values cost and what the prices prove, and the rooms that the values overdraw at the highest price: base currency, 0 where
    /// both are optimal.
    /// </summary>
    private double DistanceOf(double[] value, double[] price)
    {
        Array.Clear(_rowMove);
        var (cost, dual, overdrawn, highest) = (0.0, 0.0, 0.0, _problem.DeviationWeight);
        for (var column = 0; column < value.Length; column++)
        {
            cost += _columns.Slope[column] * value[column];
            var reducedCost = _columns.ReducedCost(column, price);
            dual += reducedCost * (reducedCost < 0 ? _columns.Most[column] : _columns.Least[column]);
            _columns.AddMoves(column, value[column], _rowMove);
        }

        for (var row = 0; row < price.Length; row++)
        {
            if (row < _deviationRows)
            {
                cost += _problem.DeviationWeight * Math.Max(0, Math.Abs(_problem.Gap[row] - _rowMove[row]) - _problem.Band[row]);
                dual += (_problem.Gap[row] * price[row]) - (_problem.Band[row] * Math.Abs(price[row]));
            }
            else
            {
                overdrawn += Math.Max(0, -(_room[row - _deviationRows] + _rowMove[row]));
                dual -= price[row] > 0 ? _room[row - _deviationRows] * price[row] : 0;
                highest = Math.Max(highest, price[row]);
            }
        }

        var distance = Math.Abs(cost - dual) + (highest * overdrawn);
        Keep(value, price, dual, distance);
        return distance;
    }

    private void Keep(double[] value, double[] price, double dual, double distance)
    {
        if (dual > _bestDual)
        {
            _bestDual = dual;
            price.CopyTo(_bestPrice, 0);
        }

        if (distance < _leastDistance)
        {
            _leastDistance = distance;
            value.CopyTo(_bestValue, 0);
        }
    }
}
