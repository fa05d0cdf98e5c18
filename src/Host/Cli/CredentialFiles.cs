using System.Text;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Cli;

/// <summary>
/// Takes credentials from stdin, where no other user of the machine sees them, and keeps each in a file of the data directory that only its
/// owner may read. The service is told the files' names, never their contents.
/// </summary>
public static class CredentialFiles
{
    /// <summary>Name and <c>file:PATH</c> of each credential of a JSON object such as <c>{ "apiKey": "…", "secret": "…" }</c>.</summary>
    /// <exception cref="InvalidInputException">Stdin holds no such object; the message does not repeat it.</exception>
    public static IReadOnlyList<(string Name, string Reference)> Keep(TextReader input, string account, DataDirectory data)
    {
        var references = new List<(string, string)>();
        foreach (var (name, secret) in Read(input))
        {
            var directory = Directory.CreateDirectory(Path.Combine(data.Path, "credentials", account)).FullName;
            var path = Path.Combine(directory, name);
            Write(path, secret);
            references.Add((name, $"file:{path}"));
        }

        return references;
    }

    private static List<(string Name, string Secret)> Read(TextReader input)
    {
        var credentials = LocatedJsonParser.Parse(input.ReadToEnd(), new InputErrors()) is LocatedObject { Members.Count: > 0 } found
            ? found.Members.Select(member => (member.Name, Secret: (member.Value as LocatedText)?.Value ?? "")).ToList()
            : [];
        if (credentials.Count == 0 || credentials.Any(credential => credential.Secret.Length == 0 || !credential.Name.All(char.IsAsciiLetterOrDigit)))
        {
            throw new InvalidInputException(
                "stdin", [new InputError(0, "", "is not a JSON object of credentials", "write { \"apiKey\": \"…\", \"secret\": \"…\" } into the command")]);
        }

        return credentials;
    }

    private static void Write(string path, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, Encoding.UTF8, options);
        writer.Write(secret);
    }
}
