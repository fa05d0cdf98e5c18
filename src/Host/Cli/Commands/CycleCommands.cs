using System.CommandLine;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>now</c>, <c>fetch</c> and <c>apply</c>: the cycle by hand, whole or stage by stage.</summary>
public static class CycleCommands
{
    public static Command CreateNow(CliContext context)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Decide and journal, send nothing; the decision waits for apply" };
        var portfolio = OperatorOptions.Portfolio();
        var why = OperatorOptions.Why();
        var command = new Command("now", "Decide now, and execute unless --dry-run") { dryRun, portfolio, why }
            .WithExamples("rebalancer now", "rebalancer now --dry-run --why \"before the holiday\"");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            var request = new RebalanceRequest(parse.GetValue(portfolio), parse.GetValue(dryRun), parse.GetValue(why));
            WriteAnswer(context, parse, await client.PostAsync<RebalanceAnswer>("api/v1/now", request, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command CreateApply(CliContext context)
    {
        var decision = new Argument<string>("DECISION") { Description = "A decision that waits" };
        var accept = new Option<bool>("--accept-changes") { Description = "Go on though the plan, solved again on fresh data, differs by more than the collar" };
        var why = OperatorOptions.Why();
        var command = new Command("apply", "Execute a waiting decision, after refreshing and solving again") { decision, accept, why }
            .WithExamples("rebalancer apply d-17", "rebalancer apply d-17 --accept-changes");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            var path = $"api/v1/decisions/{Uri.EscapeDataString(parse.GetRequiredValue(decision))}/apply";
            var request = new ApplyRequest(parse.GetValue(accept), parse.GetValue(why));
            WriteAnswer(context, parse, await client.PostAsync<RebalanceAnswer>(path, request, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command CreateFetch(CliContext context)
    {
        var portfolio = OperatorOptions.Portfolio();
        var command = new Command("fetch", "Read balances, orders and prices of every account afresh") { portfolio }
            .WithExamples("rebalancer fetch");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            var view = await client.PostAsync<PortfolioView>("api/v1/fetch", new FetchRequest(parse.GetValue(portfolio)), cancellationToken);
            context.WriteRows(parse, view.Accounts, AccountsCommand.Columns);
            return ExitCode.Done;
        });
        return command;
    }

    internal static void WriteAnswer(CliContext context, ParseResult parse, RebalanceAnswer answer)
    {
        context.WriteValue(parse, answer, Sentences());

        IEnumerable<string> Sentences()
        {
            yield return answer.Message;
            foreach (var trade in answer.Plan?.Trades ?? [])
            {
                yield return $"  {trade.Account}: {trade.Side.ToString().ToLowerInvariant()} {DecimalText.Format(trade.Quantity)} {trade.Asset} at about {DecimalText.Format(trade.Price)} {trade.Quote} – {trade.Reason}";
            }
        }
    }
}
