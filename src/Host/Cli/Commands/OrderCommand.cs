using System.CommandLine;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer order cancel|resolve ID</c>: what an operator does to one order.</summary>
public static class OrderCommand
{
    public static Command Create(CliContext context) => new Command("order", "Cancel an order, or say how one ended that nobody knows the outcome of")
    {
        CreateCancel(context),
        CreateResolve(context),
    }.WithExamples(
        "rebalancer order cancel main-4-toue3m/kraken-main/1",
        "rebalancer order resolve main-4-toue3m/kraken-main/1 --as never-arrived --reason \"the venue's support has no trace of it\"");

    private static Command CreateCancel(CliContext context)
    {
        var (id, why) = (Id(), OperatorOptions.Why());
        var command = new Command("cancel", "Ask the venue to cancel an order, or drop one that was not sent") { id, why }
            .WithExamples("rebalancer order cancel main-4-toue3m/kraken-main/1");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var intent = parse.GetRequiredValue(id);
            using var client = ServiceClient.Connect(context, parse);
            await client.PostAsync("api/v1/orders/cancel", new CancelRequest(intent, parse.GetValue(why)), cancellationToken);
            context.WriteValue(parse, new { done = true }, [$"The cancel of {intent} is on its way; 'rebalancer orders' shows what the venue makes of it."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateResolve(CliContext context)
    {
        var (id, why) = (Id(), OperatorOptions.Why());
        var outcome = new Option<string>("--as") { Description = "How it ended, as the venue's own pages or support say", Required = true, HelpName = "cancelled|never-arrived" };
        outcome.AcceptOnlyFromAmong("cancelled", "never-arrived");
        why.Required = true;
        var command = new Command("resolve", "End a quarantined order on your word; what it filled is booked from its fills alone") { id, outcome, why }
            .WithExamples("rebalancer order resolve main-4-toue3m/kraken-main/1 --as cancelled --reason \"cancelled by hand\"");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var intent = parse.GetRequiredValue(id);
            using var client = ServiceClient.Connect(context, parse);
            await client.PostAsync("api/v1/orders/resolve", new ResolveRequest(intent, parse.GetRequiredValue(outcome), parse.GetValue(why)), cancellationToken);
            context.WriteValue(parse, new { done = true }, [$"{intent} has ended as {parse.GetRequiredValue(outcome)}; a fill found later is booked and halts its account."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The order's intent id, as 'rebalancer orders' shows it" };
}
