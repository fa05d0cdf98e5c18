using System.CommandLine;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer audit …</c>: what was decided, why, from what, and whether the journal is as it was written. Works with the service stopped.</summary>
public static class AuditCommand
{
    public static Command Create(CliContext context) => new Command("audit", "Why: decisions with their inputs, explained, replayed, verified; the service may be stopped")
    {
        CreateList(context),
        CreateShow(context),
        CreateExplain(context),
        AuditReplayCommand.Create(context),
        AuditJournalCommands.CreateVerify(context),
        AuditJournalCommands.CreateHead(context),
        AuditExportCommand.Create(context),
        AuditWhatIfCommand.Create(context),
    }.WithExamples("rebalancer audit list --data data/demo", "rebalancer audit explain demo-1 --data data/demo", "rebalancer audit verify --data data/demo");

    internal static Argument<string> Decision() => new("DECISION") { Description = "Its id, as 'audit list' shows it" };

    private static Command CreateList(CliContext context)
    {
        Column<DecisionRow>[] columns =
        [
            new("Decision", row => row.Id),
            new("At", row => Display.Time(row.At), Raw: row => row.At.ToString("O")),
            new("Why", row => row.Trigger),
            new("Status", row => row.Status),
        ];
        var command = new Command("list", "Every decision in the journal, oldest first").WithExamples("rebalancer audit list --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            var records = await journal.ReadDecisionsAsync(cancellationToken);
            context.WriteRows(parse, [.. records.Select(DecisionRow.Of)], columns);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateShow(CliContext context)
    {
        var decision = Decision();
        var command = new Command("show", "Everything the journal holds of a decision, as JSON") { decision }.WithExamples("rebalancer audit show demo-1");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            context.WriteDocument(parse, await journal.FindAsync(parse.GetRequiredValue(decision), cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateExplain(CliContext context)
    {
        var decision = Decision();
        var command = new Command("explain", "Tell a decision to someone new: why, from what, what was done, what came of it") { decision }
            .WithExamples("rebalancer audit explain demo-1 --data data/demo");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            var record = await journal.FindAsync(parse.GetRequiredValue(decision), cancellationToken);
            var text = DecisionExplanation.Explain(record);
            context.WriteValue(parse, new { id = record.Decided.DecisionId, explanation = text }, text.TrimEnd().Split('\n').Select(line => line.TrimEnd()));
            return ExitCode.Done;
        });
        return command;
    }

    private sealed record DecisionRow(string Id, DateTimeOffset At, string Trigger, string Status)
    {
        public static DecisionRow Of(DecisionRecord record) =>
            new(record.Decided.DecisionId, record.Decided.At, TriggerText(record.Decided.Trigger), record.Status);

        private static string TriggerText(Trigger trigger) => trigger.Detail.Length == 0 ? trigger.Kind.ToString() : $"{trigger.Kind}: {trigger.Detail}";
    }
}
