using System.CommandLine;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Snapshots;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Api;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Cli.Plan;
using Rebalancer.Host.Diagnostics;
using Rebalancer.Host.Telemetry;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer audit what-if D</c>: the decision's balances and prices, other settings; what would have been done.</summary>
public static class AuditWhatIfCommand
{
    private static readonly Column<Line>[] Columns =
    [
        new("Figure", line => line.Name),
        new("Decided", line => line.Decided.Text, AlignRight: true, line => line.Decided.Raw),
        new("Instead", line => line.Instead.Text, AlignRight: true, line => line.Instead.Raw),
    ];

    public static Command Create(CliContext context)
    {
        var decision = AuditCommand.Decision();
        var targets = new Option<string?>("--targets") { Description = "Other weights: a JSON file { \"SYMBOL\": weight, … }", HelpName = "FILE" };
        var objective = new Option<string?>("--objective") { Description = "Another objective", HelpName = "WORD" };
        objective.AcceptOnlyFromAmong([.. SnapshotReader.ObjectiveWords.Select(entry => entry.Word)]);
        var band = Number("--band", "For fewest-trades: how far a weight may stay from its target, as 0.02");
        var deviationWeight = Number("--deviation-weight", "Base currency of cost that one unit of deviation is worth");
        var orderPenalty = Number("--order-penalty", "Base currency a trade: more makes fewer trades");
        var cashReserve = Number("--cash-reserve", "Cash to keep over all accounts, in base currency");
        var command = new Command("what-if", "Place a past decision again with other settings; nothing is journaled or sent")
        {
            decision, targets, objective, band, deviationWeight, orderPenalty, cashReserve,
        }.WithExamples("rebalancer audit what-if demo-1 --order-penalty 5", "rebalancer audit what-if demo-1 --targets weights.json --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var changes = new WhatIfRequest(
                parse.GetValue(targets) is { } file ? PlanFiles.ReadTargets(context, file) : null,
                parse.GetValue(objective) is { } word ? SnapshotReader.ObjectiveWords.First(entry => entry.Word == word).Meaning : null,
                Read(parse, band), Read(parse, deviationWeight), Read(parse, orderPenalty), Read(parse, cashReserve));
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            var decided = (await journal.FindAsync(parse.GetRequiredValue(decision), cancellationToken)).Decided;
            var answer = new WhatIfAnswer(decided.DecisionId, decided.Plan, Solve(decided.Problem, changes, context));
            Write(context, parse, answer, decided.Problem.BaseCurrency);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> Number(string name, string description) => new(name) { Description = description, HelpName = "X" };

    private static decimal? Read(ParseResult parse, Option<string?> option) => parse.GetValue(option) is not { } text ? null
        : DecimalText.TryParse(text, out var number) ? number
        : throw CommandException.BadInput($"{option.Name}: must be a number, is \"{text}\"; write it as 0.02 or 5");

    private static Domain.Placement.Plan Solve(PlacementProblem problem, WhatIfRequest changes, CliContext context)
    {
        PlacementProblem changed;
        try
        {
            changed = WhatIf.Change(problem, changes);
        }
        catch (PlacementInputException refused)
        {
            throw CommandException.BadInput(refused.Message, refused);
        }

        EnvironmentChecks.RequireNode(context);
        using var solver = new HighsSolver(context.Clock);
        return context.Clock.Time(() => Planner.Plan(changed, solver, explain: true, new ClockDeadline(context.Clock, changed.TimeLimitSeconds))).Plan;
    }

    private static void Write(CliContext context, ParseResult parse, WhatIfAnswer answer, string currency)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(answer));
            return;
        }

        List<Line> lines =
        [
            Of("trades", plan => new Figure(plan.Trades.Count.ToString(), plan.Trades.Count.ToString())), Of($"cost, {currency}", plan => Money(plan.Cost)),
            Of($"tax, {currency}", plan => Money(plan.Tax)), Of($"off target after, {currency}", plan => Money(plan.DeviationAfter)),
            .. answer.Decided.Assets.Concat(answer.Instead.Assets).Select(asset => asset.Asset).Distinct().Order(StringComparer.Ordinal)
                .Select(asset => Of($"weight of {asset} after", plan => plan.Assets.FirstOrDefault(entry => entry.Asset == asset) is { } weight
                    ? new Figure(Words.Percent(weight.After), weight.After.ToString("R")) : new Figure("", ""))),
        ];
        context.WriteRows(parse, lines, Columns);
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Table)
        {
            context.Out.WriteLine();
            context.Out.WriteLine("Instead:");
            foreach (var trade in answer.Instead.Trades)
            {
                context.Out.WriteLine(TableWriter.Printable(
                    $"  {(trade.Side == TradeSide.Buy ? "buy" : "sell")} {Words.Quantity(trade.Quantity)} {trade.Asset} at {trade.Account} for about {Words.Money(trade.Notional, trade.Quote)}: {trade.Reason}"));
            }
        }

        Line Of(string name, Func<Domain.Placement.Plan, Figure> value) => new(name, value(answer.Decided), value(answer.Instead));
        Figure Money(decimal amount) => new(PlanTables.Money(amount), DecimalText.Format(amount));
    }

    private sealed record Line(string Name, Figure Decided, Figure Instead);

    /// <summary>A figure as a person reads it and as a program does.</summary>
    private sealed record Figure(string Text, string Raw);
}
