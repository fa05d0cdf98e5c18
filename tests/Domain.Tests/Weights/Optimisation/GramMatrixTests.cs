using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class GramMatrixTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 8)]
    [InlineData(5, 511)]
    [InlineData(7, 513)]
    [InlineData(13, 1030)]
    public void Product_AnyShape_IsTheMatrixOfDotProducts(int count, int length)
    {
        var columns = Columns(count, length);

        var product = Product(columns, 0.5);

        product.Size.ShouldBe(count);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                product[i, j].ShouldBe(columns[i].Zip(columns[j], (x, y) => x * y).Sum() / 2, 1e-12);
            }
        }
    }

    [Fact]
    public void Product_ColumnsInAnotherOrder_IsTheSameToTheLastBit()
    {
        var columns = Columns(11, 700);
        var product = Product(columns, 1);

        var reversed = Product([.. columns.Reverse()], 1);

        for (var i = 0; i < columns.Length; i++)
        {
            for (var j = 0; j < columns.Length; j++)
            {
                reversed[columns.Length - 1 - i, columns.Length - 1 - j].ShouldBe(product[i, j]);
            }
        }
    }

    private static SymmetricMatrix Product(double[][] columns, double factor)
    {
        using var gram = new GramMatrix(columns.Length, columns[0].Length);
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i].CopyTo(gram.Column(i));
        }

        return gram.Product(factor);
    }

    private static double[][] Columns(int count, int length)
    {
        var random = new Random(count + length);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => (2 * random.NextDouble()) - 1).ToArray())];
    }
}
