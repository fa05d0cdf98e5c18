namespace Rebalancer.Pbm;

/// <summary>Finds address and token of a service in its data directory.</summary>
public static class Installation
{
    private static readonly string[] UsualDirectories = ["data", Path.Combine("data", "demo")];

    public static Uri DefaultAddress { get; } = new("http://127.0.0.1:5080");

    /// <summary>What is given goes before what the data directory says.</summary>
    /// <exception cref="FormatException">The token is not there.</exception>
    public static HostClient Connect(Arguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var directory = arguments.Data ?? UsualDirectories.FirstOrDefault(usual => File.Exists(Path.Combine(usual, "api-address")));
        var address = arguments.Address ?? Read(directory, "api-address") switch
        {
            { } running when Uri.TryCreate(running, UriKind.Absolute, out var found) => found,
            _ => DefaultAddress,
        };
        return new HostClient(address, arguments.Token is { } reference ? Arguments.ReadSecret(reference) : Read(directory, "api-token"));
    }

    private static string? Read(string? directory, string file) =>
        directory is not null && File.Exists(Path.Combine(directory, file)) ? File.ReadAllText(Path.Combine(directory, file)).Trim() : null;
}
