using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Cli.Commands;

/// <summary>The hidden command <c>simulated-venues</c>: the process the demo's exchanges and brokers live in.</summary>
public static class SimulatedVenuesCommand
{
    /// <summary>A terminal's Ctrl-C goes to every process in it; the venues a service has started outlive the service.</summary>
    private static readonly Option<bool> Outlives = new(SimulatedVenueProcess.OutlivesOption) { Description = "Go on when the terminal is interrupted" };

    /// <summary>True when the command minds its signals itself.</summary>
    internal static bool IgnoresInterrupt(ParseResult parse) => parse.CommandResult.Command.Name == "simulated-venues" && parse.GetValue(Outlives);

    public static Command Create(CliContext context)
    {
        var port = new Option<int>("--port");
        var factor = new Option<int>("--clock-factor") { DefaultValueFactory = _ => 1 };
        var seed = new Option<ulong>("--seed")
        {
            CustomParser = result => ulong.Parse(result.Tokens.Single().Value, CultureInfo.InvariantCulture), DefaultValueFactory = _ => 1,
        };
        var idle = new Option<int?>("--idle-exit") { Description = "Seconds without a request after which it ends" };
        var command = new Command("simulated-venues", "The simulated exchanges and brokers, as a process of their own") { port, factor, seed, idle, Outlives };
        command.Hidden = true;
        command.SetAction(async (parse, cancellationToken) =>
        {
            var data = parse.GetValue(GlobalOptions.Data) ?? throw CommandException.BadInput("--data: is missing; name the service's data directory");
            var options = new SimulatedVenueServerOptions(
                context.Resolve(data), parse.GetValue(port), parse.GetValue(factor), parse.GetValue(seed),
                parse.GetValue(idle) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
            using var interrupt = IgnoresInterrupt(parse) ? PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true) : null;
            using var terminated = new CancellationTokenSource();
            using var terminate = IgnoresInterrupt(parse) ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                terminated.Cancel();
            }) : null;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, terminated.Token);
            try
            {
                await SimulatedVenueServer.RunAsync(options, context.Clock, stop.Token);
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
