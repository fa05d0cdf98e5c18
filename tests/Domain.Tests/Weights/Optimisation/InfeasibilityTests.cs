using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class InfeasibilityTests
{
    private static readonly string[] Assets = ["A", "B", "C", "D"];

    private static readonly WeightConstraints Plain = WeightConstraints.LongOnly(4);

    [Fact]
    public void Explain_WhatCanBeMet_IsNull() => Infeasibility.Explain(Assets, Plain with { Upper = [0.25, 0.25, 0.25, 0.25] }).ShouldBeNull();

    [Fact]
    public void Explain_BoundsThatAddUpToTooLittle_NamesThem() =>
        Explained(Plain with { Upper = [0.2, 0.2, 0.2, 0.2] })
            .ShouldContain("A at most 0.2; B at most 0.2; C at most 0.2; D at most 0.2; weights that add up to 1");

    [Fact]
    public void Explain_TwoGroupsThatNeedTooMuch_NamesThoseTwo_AndNotTheThird()
    {
        var text = Explained(Plain with
        {
            Groups = [new("sector tech", [0, 1], 0.7, null), new("sector bank", [2], 0.4, null), new("country US", [0, 3], null, 0.9)],
        });

        text.ShouldContain("sector tech at least 0.7; sector bank at least 0.4");
        text.ShouldNotContain("country");
    }

    [Fact]
    public void Explain_AGroupAgainstItsMembersBounds_NamesBoth()
    {
        var text = Explained(Plain with { Upper = [0.1, 0.2, 1, 1], Groups = [new("sector tech", [0, 1], 0.5, null)] });

        text.ShouldContain("sector tech at least 0.5; A at most 0.1; B at most 0.2");
    }

    [Fact]
    public void Explain_TooLittleTurnover_SaysHowMuchIsNeeded()
    {
        var text = Explained(Plain with { Upper = [0.3, 1, 1, 1], Current = [0.8, 0.2, 0, 0], MaximumTurnover = 0.4 });

        text.ShouldContain("a turnover of at most 0.4; A at most 0.3");
        text.ShouldContain("need a turnover of 1");
    }

    [Fact]
    public void Explain_ATargetReturnOfWeightsThatAreBounded_NamesReturnAndBound()
    {
        var text = Infeasibility.Explain(Assets, Plain with { Upper = [0.1, 1, 1, 1] }, ([0.5, 0.1, 0.1, 0.1], 0.2)).ShouldNotBeNull();

        text.ShouldContain("a return of at least 0.2; A at most 0.1");
    }

    [Fact]
    public void Explain_ExposureBelowTheSum_NamesIt() => Explained(Plain with { MaximumGross = 0.5 }).ShouldContain("a gross exposure of at most 0.5; weights that add up to 1");

    private static string Explained(WeightConstraints constraints) => Infeasibility.Explain(Assets, constraints).ShouldNotBeNull();
}
