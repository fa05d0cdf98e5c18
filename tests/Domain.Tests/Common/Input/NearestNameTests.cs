using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Tests.Common.Input;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("same", "same", 0)]
    public void Distance_CountsSingleCharacterEdits(string from, string to, int edits) => NearestName.Distance(from, to).ShouldBe(edits);

    [Fact]
    public void Of_WhenNameIsMistyped_GivesTheClosestCandidateIgnoringCase() =>
        NearestName.Of("LotSiz", ["minQuantity", "lotSize", "lots"]).ShouldBe("lotSize");

    [Fact]
    public void Of_WhenThereIsNoCandidate_GivesNothing() => NearestName.Of("x", []).ShouldBeNull();
}
