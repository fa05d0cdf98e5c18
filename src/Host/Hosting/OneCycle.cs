using System.CommandLine;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Cli.Commands;

namespace Rebalancer.Host.Hosting;

/// <summary><c>run --once</c>: one decision for each portfolio, carried out, then the end.</summary>
public static class OneCycle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long accounts may take to be read for the first time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(IServiceOperations operations, CliContext context, ParseResult parse, CancellationToken cancellationToken)
    {
        var code = ExitCode.Done;
        foreach (var portfolio in (await operations.GetStatusAsync(cancellationToken)).Portfolios)
        {
            await UntilReadyAsync(operations, portfolio.Id, context.Clock, cancellationToken);
            var by = new Operator(Environment.UserName, "run --once");
            var answer = await RebalanceAsync(operations, portfolio.Id, by, context.Clock, cancellationToken);
            CycleCommands.WriteAnswer(context, parse, answer);
            code = answer.Refused ? ExitCode.Refused : code;
            await UntilOverAsync(operations, portfolio.Id, answer.DecisionId, context.Clock, cancellationToken);
        }

        return code;
    }

    /// <summary>What made the portfolio ready may have caused its own decision: then that one is the cycle.</summary>
    private static async Task<RebalanceAnswer> RebalanceAsync(
        IServiceOperations operations, string portfolio, Operator by, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answer = await operations.RebalanceAsync(portfolio, dryRun: false, by, cancellationToken);
        if (!answer.Refused || answer.DecisionId is not null)
        {
            return answer;
        }

        var own = (await operations.GetDecisionsAsync(portfolio, limit: 1, cancellationToken)).Select(entry => entry.Decision).FirstOrDefault();
        if (own is not { Status: "executing" })
        {
            return answer;
        }

        await UntilOverAsync(operations, portfolio, own.Id, clock, cancellationToken);
        return new RebalanceAnswer(own.Id, $"{own.Id}: {own.Orders} orders were sent out, because {own.Trigger}", Refused: false, null);
    }

    private static async Task UntilReadyAsync(IServiceOperations operations, string portfolio, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        IReadOnlyList<string> waiting;
        while ((waiting = await WaitingForAsync(operations, portfolio, cancellationToken)).Count > 0)
        {
            if (clock.GetElapsedTime(started) > Patience)
            {
                throw CommandException.Failed($"{portfolio}: still waiting after {Patience.TotalMinutes} minutes: {string.Join("; ", waiting)}");
            }

            await Task.Delay(Interval, clock, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> WaitingForAsync(IServiceOperations operations, string portfolio, CancellationToken cancellationToken) =>
        (await operations.GetStatusAsync(cancellationToken)).Portfolios.Single(view => view.Id == portfolio).WaitingFor;

    private static async Task UntilOverAsync(
        IServiceOperations operations, string portfolio, string? decision, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (decision is not null && await IsExecutingAsync(operations, portfolio, decision, cancellationToken))
        {
            await Task.Delay(Interval, clock, cancellationToken);
        }
    }

    private static async Task<bool> IsExecutingAsync(IServiceOperations operations, string portfolio, string decision, CancellationToken cancellationToken)
    {
        var decisions = await operations.GetDecisionsAsync(portfolio, limit: 50, cancellationToken);
        return decisions.Select(entry => entry.Decision).FirstOrDefault(entry => entry.Id == decision) is DecisionView { Status: "executing" };
    }
}
