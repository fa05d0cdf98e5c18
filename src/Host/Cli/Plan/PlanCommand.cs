using System.CommandLine;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Telemetry;

namespace Rebalancer.Host.Cli.Plan;

/// <summary><c>rebalancer plan</c>: one-shot placement of a snapshot or of a broker's positions; never trades, needs no configuration.</summary>
public static class PlanCommand
{
    public static Command Create(CliContext context)
    {
        var options = new PlanOptions();
        var command = new Command("plan", "Plan the trades of a snapshot file or a broker's CSV; never trades").WithExamples(
            "rebalancer plan --positions examples/positions.csv --targets equal --invest 5000 --objective buy-only",
            "rebalancer plan --positions examples/positions.csv --invest 5000 --increment 1000",
            "rebalancer plan examples/two-brokers.json --explain");
        options.AddTo(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            try
            {
                var request = options.Read(parse);
                var task = await PlanInput.ReadAsync(
                    context, parse.GetValue(options.Interactive) ? PlanConversation.Complete(context, request) : request, cancellationToken);
                var plan = task.Increment is { } increment ? increment() : Solve(context, task.Problem, parse.GetValue(options.Explain));
                Print(context, parse, task, plan, parse.GetValue(options.Explain));
                return CodeOf(plan, parse.GetValue(options.ExitCodeOption));
            }
            catch (InvalidInputException invalid)
            {
                throw CommandException.BadInput([.. invalid.Errors.Select(error => error.Describe(invalid.File))]);
            }
            catch (PlacementInputException invalid)
            {
                throw CommandException.BadInput($"{options.Read(parse).Snapshot ?? options.Read(parse).Positions}: {invalid.Message}", invalid);
            }
        });
        return command;
    }

    private static Domain.Placement.Plan Solve(CliContext context, PlacementProblem problem, bool explain)
    {
        using var solver = new HighsSolver(context.Clock);
        try
        {
            return context.Clock.Time(() => Planner.Plan(problem, solver, explain, new ClockDeadline(context.Clock, problem.TimeLimitSeconds))).Plan;
        }
        catch (InvalidPlanException invalid)
        {
            throw new CommandException(ExitCode.Failed, ["plan: the plan breaks a rule and is not shown; please report it with the input:", .. invalid.Violations], invalid);
        }
    }

    private static void Print(CliContext context, ParseResult parse, PlanTask task, Domain.Placement.Plan plan, bool explain)
    {
        switch (parse.GetValue(GlobalOptions.Output))
        {
            case OutputFormat.Json:
                context.Out.WriteLine(JsonOutput.Format(plan));
                break;
            case OutputFormat.Csv:
                PlanTables.WriteTrades(context.Out, plan);
                break;
            default:
                PlanTables.Write(context, task, plan, explain);
                break;
        }
    }

    private static int CodeOf(Domain.Placement.Plan plan, bool exitCode) =>
        plan.Status == PlanStatus.Infeasible ? ExitCode.Infeasible
        : exitCode && plan.Trades.Count > 0 ? ExitCode.DriftFound
        : ExitCode.Done;
}
