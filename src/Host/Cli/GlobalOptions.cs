using System.CommandLine;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli;

/// <summary>Options that every command understands.</summary>
public static class GlobalOptions
{
    public static Option<OutputFormat> Output { get; } = new("--output")
    {
        Description = "Form of the data on stdout: table, json or csv",
        HelpName = "table|json|csv",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (Enum.TryParse<OutputFormat>(text, ignoreCase: true, out var format) && !char.IsAsciiDigit(text[0]))
            {
                return format;
            }

            result.AddError($"--output: '{text}' is not a form of output; use table, json or csv");
            return OutputFormat.Table;
        },
        Recursive = true,
    };

    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "Settings file; by default rebalancer.json in the current directory",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "Data directory of the service (token, log, a demo's journal), as given to demo or run",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<string?> Url { get; } = new("--url")
    {
        Description = "Address of a running service; by default what its data directory says",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string?> Token { get; } = new("--token")
    {
        Description = "API token as env:NAME or file:PATH; by default the token file of the data directory",
        HelpName = "SECRET",
        Recursive = true,
    };

    public static void AddTo(Command root)
    {
        root.Add(Output);
        root.Add(Config);
        root.Add(Data);
        root.Add(Url);
        root.Add(Token);
    }
}
