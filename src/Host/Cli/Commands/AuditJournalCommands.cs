using System.CommandLine;
using System.Text.Json;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer audit verify</c> and <c>audit export</c>: the journal itself.</summary>
public static class AuditJournalCommands
{
    public static Command CreateVerify(CliContext context)
    {
        var command = new Command("verify", "Check the hash chain of every stream; 1 and the first bad event when one is not as it was written")
            .WithExamples("rebalancer audit verify --data data/demo");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            var verification = await new JournalVerifier(journal.Journal).VerifyAsync(cancellationToken);
            context.WriteValue(
                parse,
                new { intact = verification.IsIntact, streams = verification.Streams, events = verification.Events, faults = verification.Faults },
                verification.IsIntact
                    ? [$"{verification.Events} events of {verification.Streams} streams are as they were written."]
                    : verification.Faults.Select(fault => fault.ToString()));
            return verification.IsIntact ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    public static Command CreateExport(CliContext context)
    {
        var command = new Command("export", "Every event as one JSON object a line, in the order it was written").WithExamples("rebalancer audit export > events.jsonl");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            await foreach (var row in journal.Journal.ReadAllAsync(0, int.MaxValue, cancellationToken))
            {
                context.Out.WriteLine(JsonSerializer.Serialize(ExportedEvent.Of(row), JsonOutput.Compact));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
