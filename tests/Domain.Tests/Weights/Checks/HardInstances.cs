using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>Estimates as they come from awkward histories, most of them singular.</summary>
internal static class HardInstances
{
    public static readonly string[] Kinds =
        ["regular", "fewer days than assets", "copies", "a constant asset", "perfect correlation", "perfect hedge", "equal means", "means in steps", "scales apart"];

    /// <summary>Kinds whose optimum may not be unique, so that only its value is determined.</summary>
    public static bool IsSingular(string kind) => kind is "fewer days than assets" or "perfect correlation" or "perfect hedge";

    public static (double[] Means, SymmetricMatrix Covariance) Create(string kind, int size, int seed)
    {
        var random = new Random((size * 1000) + seed);
        var days = kind == "fewer days than assets" ? Math.Max(3, size / 3) : (2 * size) + 40;
        var market = Series(random, days);
        var columns = Enumerable.Range(0, size).Select(_ =>
        {
            var (beta, own) = (0.3 + random.NextDouble(), Series(random, days));
            return own.Select((value, t) => 0.01 * ((beta * market[t]) + value)).ToArray();
        }).ToArray();
        double[] means = [.. Enumerable.Range(0, size).Select(_ => 0.05 + (0.1 * random.NextDouble()))];
        Spoil(kind, random, columns, means);
        var first = new DateOnly(2020, 1, 1);
        var returns = new ReturnTable(
            [.. Enumerable.Range(0, size).Select(i => $"A{i}")], [.. Enumerable.Range(0, days).Select(first.AddDays)], columns);
        return (means, RiskModels.Estimate(RiskModel.Sample, returns, new RiskOptions(), []));
    }

    private static void Spoil(string kind, Random random, double[][] columns, double[] means)
    {
        var size = columns.Length;
        switch (kind)
        {
            case "copies":
                for (var i = size / 2; i < size; i++)
                {
                    (columns[i], means[i]) = ([.. columns[i - (size / 2)]], means[i - (size / 2)]);
                }

                break;
            case "a constant asset":
                Array.Fill(columns[random.Next(size)], 0.0001);
                break;
            case "perfect correlation":
                columns[size - 1] = [.. columns[0].Select(value => 2.5 * value)];
                break;
            case "perfect hedge":
                columns[size - 1] = [.. columns[0].Select(value => -0.7 * value)];
                break;
            case "equal means":
                Array.Fill(means, 0.08);
                break;
            case "means in steps":
                for (var i = 0; i < size; i++)
                {
                    means[i] = 0.05 * random.Next(1, 4);
                }

                break;
            case "scales apart":
                for (var i = 0; i < size; i++)
                {
                    var scale = Math.Pow(10, 2 * random.NextDouble());
                    columns[i] = [.. columns[i].Select(value => scale * value)];
                }

                break;
        }
    }

    private static double[] Series(Random random, int days) =>
        [.. Enumerable.Range(0, days).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
