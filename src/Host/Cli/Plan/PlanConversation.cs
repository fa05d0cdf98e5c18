namespace Rebalancer.Host.Cli.Plan;

/// <summary>Asks for what a plan needs and the command line does not say.</summary>
internal static class PlanConversation
{
    private static readonly (string Word, string Meaning)[] Objectives =
    [
        ("tracking", "nearest the targets for the least cost"),
        ("buy-only", "sell nothing"),
        ("sell-only", "buy nothing"),
        ("fewest-trades", "as few orders as bring every asset into its band"),
        ("simple", "each difference traded where it is cheapest, without a solver"),
    ];

    public static PlanRequest Complete(CliContext context, PlanRequest request)
    {
        if (!context.OutIsTerminal)
        {
            throw CommandException.BadInput("-i: asks questions, which needs a terminal; give the options instead (see 'rebalancer plan --help')");
        }

        var questions = Questions.Of(context);
        if (request.Snapshot is null && request.Positions is null)
        {
            var file = questions.Ask("Broker's CSV or snapshot file", "positions.csv");
            request = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? request with { Snapshot = file } : request with { Positions = file };
        }

        if (request.Positions is not null)
        {
            request = request with { Targets = request.Targets ?? questions.Ask("Targets: equal, or a JSON file of weights", "equal") };
            Preview(context, request);
            request = AskForMoney(context, questions, request);
        }
        else
        {
            Preview(context, request);
        }

        return request with
        {
            Objective = request.Objective ?? (request.Snapshot is not null || request.Increment is not null
                ? null
                : questions.Choose("Objective", Objectives)),
        };
    }

    private static PlanRequest AskForMoney(CliContext context, Questions questions, PlanRequest request)
    {
        var asked = request.Invest.Count > 0 ? request : request with { Invest = AskMoney(questions, "Cash to invest ([ACCOUNT=]amount)") };
        asked = asked.Withdraw.Count > 0 || asked.Invest.Count > 0
            ? asked
            : asked with { Withdraw = AskMoney(questions, "Cash to take out ([ACCOUNT=]amount)") };
        if (asked.Invest.Count != request.Invest.Count || asked.Withdraw.Count != request.Withdraw.Count)
        {
            Preview(context, asked);
        }

        return asked;
    }

    /// <summary>A mistake in an answer is told here, before the next question. Prices that are still to be asked of Yahoo are worth no preview.</summary>
    private static void Preview(CliContext context, PlanRequest request)
    {
        if (request.Prices != YahooLastPrices.Word)
        {
            PlanPreview.Show(context, PlanInput.Read(context, request with { Increment = null }).Problem);
        }
    }

    private static IReadOnlyList<string> AskMoney(Questions questions, string question) =>
        questions.Ask(question, "none") is var answer && answer == "none" ? [] : [answer];
}
