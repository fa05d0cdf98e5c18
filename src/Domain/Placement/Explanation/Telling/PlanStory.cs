namespace Rebalancer.Domain.Placement.Explanation.Telling;

/// <param name="Title">Of a section, as a newcomer would ask it.</param>
/// <param name="Lines">At most 100 characters each.</param>
public sealed record StorySection(string Title, IReadOnlyList<string> Lines);

/// <summary>
/// Tells a plan to someone who has never seen one: why each trade is made and why there, what was not possible, what its owner could do, and
/// how it compares. The command line and the audit of a decision tell the same.
/// </summary>
public static class PlanStory
{
    /// <summary>Title of the section that is never missing.</summary>
    public const string Impossible = "What was not possible";

    /// <param name="currency">The base currency.</param>
    public static IReadOnlyList<StorySection> Tell(Plan plan, string currency)
    {
        var money = MoneyText.Of(plan.TotalValue, currency);
        return
        [
            .. new[]
            {
                new StorySection("Why", WhySection.Tell(plan, money)),
                new StorySection(Impossible, ImpossibleSection.Tell(plan, money)),
                new StorySection("What you could do", AdviceSection.Tell(plan, money)),
                new StorySection("Compared with doing it account by account", ComparisonSection.Tell(plan, money)),
            }.Where(section => section.Lines.Count > 0),
        ];
    }
}
