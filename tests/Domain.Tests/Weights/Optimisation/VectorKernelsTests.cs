using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

/// <summary>Every length up to several vectors, so that whole vectors, pairs of them and the rest are all met.</summary>
public sealed class VectorKernelsTests
{
    private const int Longest = 70;

    [Fact]
    public void Dot_AnyLength_IsTheSumOfProducts() =>
        ForEveryLength((x, y) => VectorKernels.Dot(x, y).ShouldBe(x.Zip(y, (a, b) => a * b).Sum(), 1e-13));

    [Fact]
    public void Sum_AnyLength_IsTheSum() => ForEveryLength((x, _) => VectorKernels.Sum(x).ShouldBe(x.Sum(), 1e-13));

    [Fact]
    public void AddScaled_AnyLength_AddsToEveryElement() => ForEveryLength((x, y) =>
    {
        var expected = x.Zip(y, (a, b) => b + (0.3 * a)).ToArray();
        VectorKernels.AddScaled(0.3, x, y);
        y.ShouldBe(expected, 1e-15);
    });

    [Fact]
    public void AddAndScale_AnyLength_ChangeEveryElement() => ForEveryLength((x, _) =>
    {
        var expected = x.Select(value => (value + 0.7) * 3).ToArray();
        VectorKernels.Add(0.7, x);
        VectorKernels.Scale(3, x);
        x.ShouldBe(expected, 1e-14);
    });

    [Fact]
    public void ContainsNaN_AnyPlace_IsFound() => ForEveryLength((x, _) =>
    {
        VectorKernels.ContainsNaN(x).ShouldBeFalse();
        for (var i = 0; i < x.Length; i++)
        {
            var value = x[i];
            x[i] = double.NaN;
            VectorKernels.ContainsNaN(x).ShouldBeTrue();
            x[i] = value;
        }
    });

    private static void ForEveryLength(Action<double[], double[]> check)
    {
        for (var length = 0; length <= Longest; length++)
        {
            var random = new Random(length);
            double[] Values() => [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextDouble()) - 1)];
            check(Values(), Values());
        }
    }
}
