using System.CommandLine;
using System.CommandLine.Invocation;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Cli;

/// <summary>The program <c>rebalancer</c>: parses a command line, runs the command, and turns what went wrong into stderr and an exit code.</summary>
public static class CommandLineApplication
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context, CancellationToken cancellationToken = default)
    {
        var parse = CreateRoot(context).Parse(args);
        if (parse.Action is ParseErrorAction || (parse.Errors.Count > 0 && parse.Action is { ClearsParseErrors: false }))
        {
            foreach (var error in parse.Errors)
            {
                context.Error.WriteLine($"rebalancer: {error.Message}; see '{HelpLine(parse)}'");
            }

            return ExitCode.BadInput;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = context.Out,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                // Stopping a service cleanly waits for sends under way, which have at most five seconds.
                ProcessTerminationTimeout = Commands.SimulatedVenuesCommand.IgnoresInterrupt(parse) ? null : TimeSpan.FromSeconds(15),
            };
            return await parse.InvokeAsync(configuration, cancellationToken);
        }
        catch (CommandException exception)
        {
            foreach (var line in exception.Lines)
            {
                context.Error.WriteLine(line);
            }

            return exception.ExitCode;
        }
        catch (InvalidInputException exception)
        {
            context.Error.WriteLine(exception.Message);
            return ExitCode.BadInput;
        }
        catch (JournalException exception)
        {
            context.Error.WriteLine($"journal: {exception.Message}");
            return ExitCode.BadInput;
        }
        catch (SolverUnavailableException exception)
        {
            context.Error.WriteLine($"solver: {exception.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine("stopped");
            return ExitCode.Failed;
        }
    }

    public static RootCommand CreateRoot(CliContext context)
    {
        var root = new RootCommand("Keeps one portfolio, spread over many exchange and broker accounts, at its target weights.");
        GlobalOptions.AddTo(root);
        foreach (var create in CommandRegistry.All)
        {
            root.Add(create(context));
        }

        root.WithExamples(
            "rebalancer demo --cycles 3 --fast",
            "rebalancer plan --positions positions.csv --targets equal --invest 5000 --objective buy-only",
            "rebalancer status --data data/demo");
        Examples.AddToHelp(root);
        return root;
    }

    private static string HelpLine(ParseResult parse)
    {
        var names = new List<string>();
        for (var result = parse.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "rebalancer" : result.Command.Name);
        }

        return $"{string.Join(' ', names)} --help";
    }
}
