using System.Runtime.InteropServices;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// A small linear program in equations, minimise c·x with A·x = b and x ≥ 0, whose columns come one after another and whose costs change: the
/// basis stays feasible through both, so that each solution begins at the last. Primal simplex with a dense inverse: a few dozen rows.
/// </summary>
internal sealed class LinearProgram
{
    private const double PivotError = 1e-9;
    private const double RatioError = 1e-12;
    private const int PivotsBetweenInversions = 150;

    private readonly int _rows;
    private readonly double[] _right;
    private readonly List<Column> _columns = [];
    private readonly double[] _inverse;
    private readonly int[] _basis;
    private readonly double[] _values;
    private readonly double[] _prices;
    private readonly double[] _entering;
    private int _pivots;

    /// <param name="right">b; at least 0.</param>
    public LinearProgram(double[] right)
    {
        (_rows, _right) = (right.Length, right);
        (_inverse, _basis, _values) = (new double[_rows * _rows], new int[_rows], [.. right]);
        (_prices, _entering) = (new double[_rows], new double[_rows]);
        for (var row = 0; row < _rows; row++)
        {
            _inverse[(row * _rows) + row] = 1;
        }
    }

    private sealed class Column(int[] rows, double[] entries, double cost)
    {
        public int[] Rows { get; } = rows;

        public double[] Entries { get; } = entries;

        public double Cost { get; set; } = cost;

        public bool IsClosed { get; set; }

        /// <summary>Row of the basis; −1 outside.</summary>
        public int BasisRow { get; set; } = -1;
    }

    /// <summary>Price of each row in the last solution.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    public double Objective
    {
        get
        {
            var sum = 0.0;
            for (var row = 0; row < _rows; row++)
            {
                sum += _columns[_basis[row]].Cost * _values[row];
            }

            return sum;
        }
    }

    /// <returns>Number of the column.</returns>
    public int Add(int[] rows, double[] entries, double cost)
    {
        _columns.Add(new Column(rows, entries, cost));
        return _columns.Count - 1;
    }

    /// <summary>A column that is 1 in one row only, and part of the first basis.</summary>
    public int AddToBasis(int row, double cost)
    {
        var column = Add([row], [1], cost);
        (_basis[row], _columns[column].BasisRow) = (column, row);
        return column;
    }

    /// <summary>Takes the last column back, which is not in the basis yet.</summary>
    public void RemoveLast() => _columns.RemoveAt(_columns.Count - 1);

    public void SetCost(int column, double cost) => _columns[column].Cost = cost;

    /// <summary>A closed column does not enter the basis; it stays there, at its cost, until others take its place.</summary>
    public void Close(int column, bool isClosed) => _columns[column].IsClosed = isClosed;

    public bool IsInBasis(int column) => _columns[column].BasisRow >= 0;

    /// <summary>Drops columns that are not in the basis. The others move up.</summary>
    /// <param name="isKept">By column.</param>
    public void Keep(bool[] isKept)
    {
        var count = 0;
        for (var column = 0; column < isKept.Length; column++)
        {
            if (isKept[column])
            {
                var kept = _columns[column];
                _columns[count] = kept;
                if (kept.BasisRow >= 0)
                {
                    _basis[kept.BasisRow] = count;
                }

                count++;
            }
        }

        _columns.RemoveRange(count, _columns.Count - count);
    }

    public double Value(int column) => _columns[column].BasisRow < 0 ? 0 : _values[_columns[column].BasisRow];

    /// <summary>What a column would cost beside the prices of the last solution: negative where it would improve it.</summary>
    public double ReducedCost(int column) => ReducedCost(_columns[column]);

    /// <param name="error">Improvements below this for one unit of a column are left.</param>
    /// <param name="pivots">The work.</param>
    public void Solve(double error, int pivots)
    {
        Price();
        var columns = CollectionsMarshal.AsSpan(_columns);
        for (var pivot = 0; pivot < pivots; pivot++)
        {
            var (best, entering) = (-error, -1);
            for (var column = 0; column < columns.Length; column++)
            {
                var candidate = columns[column];
                if (candidate.BasisRow < 0 && !candidate.IsClosed && ReducedCost(candidate) is var reduced && reduced < best)
                {
                    (best, entering) = (reduced, column);
                }
            }

            if (entering < 0 || !Pivot(entering, best))
            {
                return;
            }
        }
    }

    private double ReducedCost(Column column)
    {
        var (rows, entries, cost) = (column.Rows, column.Entries, column.Cost);
        for (var index = 0; index < rows.Length; index++)
        {
            cost -= _prices[rows[index]] * entries[index];
        }

        return cost;
    }

    private void Price()
    {
        Array.Clear(_prices);
        for (var row = 0; row < _rows; row++)
        {
            var cost = _columns[_basis[row]].Cost;
            if (cost != 0)
            {
                AddRow(_prices, row, cost);
            }
        }
    }

    private void AddRow(Span<double> to, int row, double times)
    {
        var inverse = _inverse.AsSpan(row * _rows, _rows);
        for (var index = 0; index < inverse.Length; index++)
        {
            to[index] += times * inverse[index];
        }
    }

    /// <returns>False where the column has no row to leave through: the program is unbounded, or as good as that.</returns>
    private bool Pivot(int entering, double reduced)
    {
        FillEntering(_columns[entering]);
        var (leaving, ratio) = (-1, double.PositiveInfinity);
        for (var row = 0; row < _rows; row++)
        {
            if (_entering[row] > PivotError)
            {
                var limit = Math.Max(0, _values[row]) / _entering[row];
                if (limit < ratio - RatioError || (limit <= ratio + RatioError && leaving >= 0 && _entering[row] > _entering[leaving]))
                {
                    (leaving, ratio) = (row, Math.Min(limit, ratio));
                }
            }
        }

        if (leaving < 0)
        {
            return false;
        }

        Exchange(leaving, entering, reduced);
        if (++_pivots % PivotsBetweenInversions == 0)
        {
            Invert();
        }

        return true;
    }

    private void FillEntering(Column column)
    {
        for (var row = 0; row < _rows; row++)
        {
            var sum = 0.0;
            for (var index = 0; index < column.Rows.Length; index++)
            {
                sum += _inverse[(row * _rows) + column.Rows[index]] * column.Entries[index];
            }

            _entering[row] = sum;
        }
    }

    private void Exchange(int leaving, int entering, double reduced)
    {
        var pivot = _entering[leaving];
        var row = _inverse.AsSpan(leaving * _rows, _rows);
        for (var index = 0; index < row.Length; index++)
        {
            row[index] /= pivot;
        }

        var amount = Math.Max(0, _values[leaving]) / pivot;
        for (var other = 0; other < _rows; other++)
        {
            if (other != leaving && _entering[other] != 0)
            {
                AddRow(_inverse.AsSpan(other * _rows, _rows), leaving, -_entering[other]);
                _values[other] -= _entering[other] * amount;
            }
        }

        _values[leaving] = amount;
        AddRow(_prices, leaving, reduced);
        _columns[_basis[leaving]].BasisRow = -1;
        (_basis[leaving], _columns[entering].BasisRow) = (entering, leaving);
    }

    /// <summary>Works the inverse out anew, so that rounding does not pile up; leaves it where the basis is too near to singular.</summary>
    private void Invert()
    {
        var (matrix, inverse) = (new double[_rows * _rows], new double[_rows * _rows]);
        for (var position = 0; position < _rows; position++)
        {
            inverse[(position * _rows) + position] = 1;
            var column = _columns[_basis[position]];
            for (var index = 0; index < column.Rows.Length; index++)
            {
                matrix[(column.Rows[index] * _rows) + position] = column.Entries[index];
            }
        }

        if (!GaussJordan.Reduce(matrix, inverse, _rows))
        {
            return;
        }

        inverse.CopyTo(_inverse, 0);
        for (var row = 0; row < _rows; row++)
        {
            var value = 0.0;
            for (var index = 0; index < _rows; index++)
            {
                value += _inverse[(row * _rows) + index] * _right[index];
            }

            _values[row] = value;
        }

        Price();
    }
}
