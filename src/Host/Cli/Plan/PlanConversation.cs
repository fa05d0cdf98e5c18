namespace Rebalancer.Host.Cli.Plan;

/// <summary>Asks for what a plan needs and the command line does not say.</summary>
internal static class PlanConversation
{
    public static PlanRequest Complete(CliContext context, PlanRequest request)
    {
        if (!context.OutIsTerminal)
        {
            throw CommandException.BadInput("-i: asks questions, which needs a terminal; give the options instead (see 'rebalancer plan --help')");
        }

        if (request.Snapshot is null && request.Positions is null)
        {
            var file = Ask(context, "Broker's CSV or snapshot file", "positions.csv");
            request = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? request with { Snapshot = file } : request with { Positions = file };
        }

        if (request.Positions is not null)
        {
            request = request with { Targets = request.Targets ?? Ask(context, "Targets: equal, or a JSON file of weights", "equal") };
            request = request.Invest.Count > 0 ? request : request with { Invest = AskMoney(context, "Cash to invest ([ACCOUNT=]amount)") };
            request = request.Withdraw.Count > 0 || request.Invest.Count > 0
                ? request
                : request with { Withdraw = AskMoney(context, "Cash to take out ([ACCOUNT=]amount)") };
        }

        return request with
        {
            Objective = request.Objective ?? (request.Snapshot is not null || request.Increment is not null
                ? null
                : Ask(context, "Objective: tracking, buy-only, sell-only, fewest-trades, simple", "tracking")),
        };
    }

    private static IReadOnlyList<string> AskMoney(CliContext context, string question) =>
        Ask(context, question, "none") is var answer && answer == "none" ? [] : [answer];

    private static string Ask(CliContext context, string question, string usual)
    {
        context.Out.Write($"{question} [{usual}]: ");
        var answer = context.In.ReadLine() ?? throw CommandException.BadInput("-i: the input ended before all questions were answered; give the options instead");
        return string.IsNullOrWhiteSpace(answer) ? usual : answer.Trim();
    }
}
