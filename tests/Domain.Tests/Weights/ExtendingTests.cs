using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Extending;

namespace Rebalancer.Domain.Tests.Weights;

/// <summary>The method of docs/extending/weights.md, taken from that page by the build, does what the page says.</summary>
public sealed class ExtendingTests
{
    private static readonly ReturnTable Returns = new(
        ["A", "B"], [.. Enumerable.Range(0, 4).Select(day => new DateOnly(2026, 1, 5).AddDays(day))], [[0.01, -0.01, 0.01, -0.01], [0.02, -0.02, 0.02, -0.02]]);

    [Fact]
    public void TheDocumentedMethod_WeighsByInverseVariance_AndIsMeasuredLikeAnyOther()
    {
        var method = new InverseVarianceMethod();

        var result = Optimiser.Run(method, new OptimisationRequest { Method = method.Name }, Returns, new Methods.NoSolver());

        result.Weights[0].ShouldBe(0.8, 1e-12);
        result.Weights[1].ShouldBe(0.2, 1e-12);
        result.Method.ShouldBe("inverse-variance");
        result.Metrics.Volatility.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void ItsRefusals_AreTheProgramsOwn() => Should.Throw<WeightException>(() => Optimiser.Run(
        new InverseVarianceMethod(), new OptimisationRequest { Method = "inverse-variance" },
        new ReturnTable(["A"], Returns.Dates, [[0.01, 0.01, 0.01, 0.01]]), new Methods.NoSolver())).Message.ShouldContain("A has no variance");
}
