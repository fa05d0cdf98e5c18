using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Cli;

/// <summary>Takes credentials from stdin, where no other user of the machine sees them.</summary>
public static class CredentialInput
{
    /// <summary>The secrets of a JSON object such as <c>{ "apiKey": "…", "secret": "…" }</c>, by name.</summary>
    /// <exception cref="InvalidInputException">Stdin holds no such object; the message does not repeat it.</exception>
    public static SortedDictionary<string, string> Read(TextReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var credentials = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in (LocatedJsonParser.Parse(input.ReadToEnd(), new InputErrors()) as LocatedObject)?.Members ?? [])
        {
            credentials[member.Name] = (member.Value as LocatedText)?.Value ?? "";
        }

        return credentials.Count > 0 && credentials.All(credential => credential.Value.Length > 0 && credential.Key.All(char.IsAsciiLetterOrDigit))
            ? credentials
            : throw new InvalidInputException(
                "stdin", [new InputError(0, "", "is not a JSON object of credentials", "write { \"apiKey\": \"…\", \"secret\": \"…\" } into the command")]);
    }
}
