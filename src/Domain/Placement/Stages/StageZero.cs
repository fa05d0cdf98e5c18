using Rebalancer.Domain.Placement.Model;

namespace Rebalancer.Domain.Placement.Stages;

/// <summary>Brings back cash that is below zero or its reserve, and value that is above a cap, before anything else is looked at.</summary>
internal static class StageZero
{
    private const int Nodes = 20_000;
    private const double Tolerance = 1e-7;

    // How the sentences about what remains end.
    private const string OnlySells = "cannot be restored by selling; it only sells";
    private const string Approached = "cannot be kept by selling; it is approached as far as possible";

    /// <summary>True of a warning that says what could not be restored.</summary>
    public static bool IsShortfall(string warning) => warning.EndsWith(OnlySells, StringComparison.Ordinal) || warning.EndsWith(Approached, StringComparison.Ordinal);

    public const string CannotKeep = $"a cap or the common cash reserve {Approached}";

    public static string CannotRestore(string account) => $"the cash of {account} {OnlySells}";

    /// <returns>Values of the model's columns with the smallest shortfall; null where the solver has no answer.</returns>
    public static double[]? Minimise(PlacementModel model, SolverSession session)
    {
        try
        {
            double[]? values = null;
            foreach (var shortfalls in InOrder(model))
            {
                var total = Total(shortfalls);
                var answer = session.Ask(model.Linear.ToProblem(total, null), Nodes, Tolerance);
                if (answer.Values.Length == 0)
                {
                    return values;
                }

                values = answer.Values;
                model.Linear.AddAtMost(total, answer.Objective + Tolerance);
            }

            return values;
        }
        catch (SolverUnavailableException)
        {
            // What the search restored by itself stands; the plan says that something remains.
            return null;
        }
    }

    /// <summary>
    /// Fixes the smallest shortfall in the model: of cash first, then of caps. Accounts whose cash stays short only sell from here on; all of them, where
    /// the common reserve does.
    /// </summary>
    /// <returns>What remains to be said about it; nothing where all is restored.</returns>
    public static IReadOnlyList<string> Restore(PlacementModel model, SolverSession session)
    {
        var remaining = InOrder(model).SelectMany(shortfalls => Fix(model, session, shortfalls)).ToList();
        var accounts = new SortedSet<int>(remaining.Where(shortfall => shortfall.Account is not null).Select(shortfall => shortfall.Account!.Value));
        var options = remaining.Any(shortfall => shortfall is { Account: null, IsCap: false }) ? model.Portfolio.Options : accounts.SelectMany(model.Portfolio.Trades.Of);
        foreach (var option in options.Where(option => !model.Portfolio.IsFreeCash(option.Asset)))
        {
            if (model.Columns.Buys[option.Index] is { IsOpen: true } buy)
            {
                model.Linear.Fix(buy.Order, 0);
            }
        }

        return
        [
            .. accounts.Select(account => CannotRestore(model.Portfolio.Accounts[account].Id)),
            .. remaining.Where(shortfall => shortfall.Account is null).Take(1).Select(_ => CannotKeep),
        ];
    }

    private static List<IReadOnlyList<Shortfall>> InOrder(PlacementModel model) =>
        [.. model.Shortfalls.GroupBy(shortfall => shortfall.IsCap).OrderBy(group => group.Key).Select(group => (IReadOnlyList<Shortfall>)[.. group])];

    /// <returns>What cannot be made up for.</returns>
    private static List<Shortfall> Fix(PlacementModel model, SolverSession session, IReadOnlyList<Shortfall> shortfalls)
    {
        var total = Total(shortfalls);
        var answer = session.Solve(model.Linear.ToProblem(total, null), Nodes, Tolerance);
        if (answer.Values.Length == 0)
        {
            throw answer.Stop == MilpStop.Gap
                ? new PlacementInputException("accounts", "no set of trades keeps the limits; look at gainBudget and caps")
                : new UnsolvedException();
        }

        // The columns stay free within the sum: the lots that restore cash may be others at the same shortfall.
        model.Linear.AddAtMost(total, answer.Objective + Tolerance);
        var remaining = shortfalls.Where(shortfall => answer.Values[shortfall.Column] > 10 * Tolerance).ToList();
        foreach (var shortfall in shortfalls.Except(remaining))
        {
            model.Linear.Fix(shortfall.Column, 0);
        }

        return remaining;
    }

    private static LinearSum Total(IReadOnlyList<Shortfall> shortfalls)
    {
        var total = new LinearSum();
        foreach (var shortfall in shortfalls)
        {
            total.Add(shortfall.Column, 1);
        }

        return total;
    }
}
