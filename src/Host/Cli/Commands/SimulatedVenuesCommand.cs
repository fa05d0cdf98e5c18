using System.CommandLine;
using System.Globalization;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Cli.Commands;

/// <summary>The hidden command <c>simulated-venues</c>: the process the demo's exchanges and brokers live in.</summary>
public static class SimulatedVenuesCommand
{
    public static Command Create(CliContext context)
    {
        var port = new Option<int>("--port");
        var factor = new Option<int>("--clock-factor") { DefaultValueFactory = _ => 1 };
        var seed = new Option<ulong>("--seed")
        {
            CustomParser = result => ulong.Parse(result.Tokens.Single().Value, CultureInfo.InvariantCulture), DefaultValueFactory = _ => 1,
        };
        var idle = new Option<int?>("--idle-exit") { Description = "Seconds without a request after which it ends" };
        var command = new Command("simulated-venues", "The simulated exchanges and brokers, as a process of their own") { port, factor, seed, idle };
        command.Hidden = true;
        command.SetAction(async (parse, cancellationToken) =>
        {
            var data = parse.GetValue(GlobalOptions.Data) ?? throw CommandException.BadInput("--data: is missing; name the service's data directory");
            var options = new SimulatedVenueServerOptions(
                context.Resolve(data), parse.GetValue(port), parse.GetValue(factor), parse.GetValue(seed),
                parse.GetValue(idle) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
            try
            {
                await SimulatedVenueServer.RunAsync(options, context.Clock, cancellationToken);
                return ExitCode.Done;
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException)
            {
                throw CommandException.BadInput($"simulated-venues: {failure.Message}", failure);
            }
        });
        return command;
    }
}
