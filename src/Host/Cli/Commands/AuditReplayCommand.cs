using System.CommandLine;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Diagnostics;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer audit replay D</c>: makes the orders again from what was journaled, and compares them byte for byte.</summary>
public static class AuditReplayCommand
{
    public static Command Create(CliContext context)
    {
        var decision = AuditCommand.Decision();
        var resolve = new Option<bool>("--resolve") { Description = "Solve the journaled problem again instead, and compare what the plans achieve" };
        var command = new Command("replay", "Rebuild a decision's orders from its journaled inputs and solver answers; 1 when they differ") { decision, resolve }
            .WithExamples("rebalancer audit replay demo-1", "rebalancer audit replay demo-1 --resolve");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            var record = await journal.FindAsync(parse.GetRequiredValue(decision), cancellationToken);
            var solvedAgain = parse.GetValue(resolve);
            var result = solvedAgain
                ? Resolve(record, context)
                : DecisionReplay.Replay(record, (problem, answers) => Planner.Replay(problem, answers).Plan);
            context.WriteValue(
                parse,
                new { id = record.Decided.DecisionId, identical = result.IsIdentical, difference = result.Difference },
                [Sentence(record, result, solvedAgain)]);
            return result.IsIdentical ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static ReplayResult Resolve(DecisionRecord record, CliContext context)
    {
        EnvironmentChecks.RequireNode(context);
        using var solver = new HighsSolver(context.Clock);
        return DecisionReplay.Resolve(record, problem => Planner.Plan(problem, solver));
    }

    private static string Sentence(DecisionRecord record, ReplayResult result, bool solvedAgain) => result switch
    {
        { Difference: { } difference } => $"{record.Decided.DecisionId}: {difference}",
        _ when solvedAgain => $"{record.Decided.DecisionId}: solved again, the plan achieves the same within the gap.",
        _ => $"{record.Decided.DecisionId}: {record.Decided.Plan.Trades.Count} order(s) rebuilt, identical.",
    };
}
