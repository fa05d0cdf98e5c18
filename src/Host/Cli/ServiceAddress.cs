using System.CommandLine;
using Rebalancer.Host.Api;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Cli;

/// <summary>Which service a command means: its data directory, address and token.</summary>
/// <param name="Address">Where the running service listens.</param>
public sealed record ServiceAddress(Uri Address, string Token)
{
    /// <summary>That nobody on the way can read what is sent there: it does not leave the machine, or is encrypted.</summary>
    /// <exception cref="CommandException">It could be read.</exception>
    public void RequirePrivate()
    {
        if (Address.Scheme != Uri.UriSchemeHttps && !ConfigurationRules.IsLoopback(Address))
        {
            throw CommandException.BadInput($"--url: {Address} is not encrypted, and credentials would be sent there; use https, or run the command on the service's machine");
        }
    }

    public ServiceClient Connect() => new(Address, Token, Environment.UserName);

    /// <summary>From --url, --token, --data or --config; by default rebalancer.json here, else the demo of this directory.</summary>
    /// <exception cref="CommandException">No service is named, or its token is missing.</exception>
    public static ServiceAddress Find(CliContext context, ParseResult parse)
    {
        var (data, configuration) = FindData(context, parse);
        var address = parse.GetValue(GlobalOptions.Url) is { } url ? ParseUrl(url) : RunningAddress(context, data, configuration);
        return new ServiceAddress(address, FindToken(context, parse, data, configuration));
    }

    /// <summary>The data directory of the service meant, and its settings when they were named or found here.</summary>
    public static (DataDirectory Data, LoadedConfiguration? Configuration) FindData(CliContext context, ParseResult parse)
    {
        var (directory, given) = (parse.GetValue(GlobalOptions.Data) is { } named ? context.Resolve(named) : null, parse.GetValue(GlobalOptions.Config));
        if (directory is not null && given is null)
        {
            return (new DataDirectory(directory), null);
        }

        var path = context.Resolve(given ?? ConfigurationFile.DefaultName);
        if (given is not null || File.Exists(path))
        {
            var loaded = ConfigurationFile.Load(path, context.Display(path), context.Variables);
            return (DataDirectory.Of(loaded, directory), loaded);
        }

        return (new DataDirectory(context.Resolve(DataDirectory.OfDemo)), null);
    }

    private static Uri RunningAddress(CliContext context, DataDirectory data, LoadedConfiguration? configuration)
    {
        if (File.Exists(data.Address) && Uri.TryCreate(File.ReadAllText(data.Address).Trim(), UriKind.Absolute, out var running))
        {
            return running;
        }

        return configuration?.Configuration.Listen ?? throw CommandException.Failed(
            $"{context.Display(data.Path)}: no service is running on this data directory; start one with 'rebalancer demo' or 'rebalancer run', or say which with --data, --config or --url");
    }

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw CommandException.BadInput($"--url: '{text}' is not an address; write one as http://127.0.0.1:5080");

    private static string FindToken(CliContext context, ParseResult parse, DataDirectory data, LoadedConfiguration? configuration)
    {
        if (parse.GetValue(GlobalOptions.Token) is { } given)
        {
            var reference = SecretReference.Parse(given, context.Directory)
                ?? throw CommandException.BadInput($"--token: a command line is seen by others, so it must not hold the token itself; {SecretReference.Remedy}");
            return reference.Resolve(context.Variables, out var problem) ?? throw CommandException.BadInput($"--token: {problem}; {SecretReference.Remedy}");
        }

        if (configuration?.Configuration.ApiToken is { } configured)
        {
            return configured.Resolve(context.Variables, out var problem) ?? throw CommandException.BadInput($"apiToken: {problem}; {SecretReference.Remedy}");
        }

        return File.Exists(data.Token)
            ? ApiToken.Load(data.Token)
            : throw CommandException.Failed($"{context.Display(data.Token)}: there is no token; start a service with 'rebalancer demo' or 'rebalancer run', or name its data directory with --data");
    }
}
