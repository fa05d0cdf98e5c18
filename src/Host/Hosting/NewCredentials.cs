using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Api;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>The credentials that come with an account to be added, taken out of the request: what is journaled has references only.</summary>
public static class NewCredentials
{
    /// <returns>
    /// The account's settings with a reference for each credential, and the secrets by the names they are stored under. A name is new each time: an account
    /// removed and added again with other secrets has other settings, which every node notices, and never reads what was stored before.
    /// </returns>
    /// <exception cref="InvalidInputException">A credential could not be one; the message does not repeat it.</exception>
    public static (string Settings, SortedDictionary<string, string> Credentials) Take(AddAccountRequest request)
    {
        var errors = new InputErrors();
        var stored = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (request.Account.ValueKind == JsonValueKind.Undefined)
        {
            errors.Add(0, "account", "is missing", "give it as it would stand in \"accounts\" of the settings file");
            errors.ThrowIfAny("account");
        }

        if (JsonNode.Parse(request.Account.GetRawText()) is not JsonObject account || (account["credentials"] ?? new JsonObject()) is not JsonObject references)
        {
            // Reading the account says what is wrong with it.
            return (request.Account.GetRawText(), stored);
        }

        foreach (var (name, reference) in references.Where(member => member.Value is JsonValue value && value.TryGetValue<string>(out var text) && SecretReference.ParseStored(text) is not null))
        {
            errors.Add(0, $"credentials.{name}", "cannot refer to a stored credential", "give the secret itself with the request's credentials, or " + SecretReference.Remedy);
        }

        foreach (var (name, secret) in request.Credentials ?? [])
        {
            Check(name, secret, references, errors);
            var row = $"{name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
            stored[row] = secret;
            references[name] = SecretReference.OfStored(row).ToString();
        }

        errors.ThrowIfAny("account");
        if (stored.Count == 0)
        {
            return (request.Account.GetRawText(), stored);
        }

        account["credentials"] = references.DeepClone();
        return (account.ToJsonString(), stored);
    }

    private static void Check(string name, string? secret, JsonObject references, InputErrors errors)
    {
        if (name.Length == 0 || !name.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add(0, "credentials", "has a name that no venue's credential has", "use names such as apiKey and secret");
        }
        else if (references.ContainsKey(name))
        {
            errors.Add(0, $"credentials.{name}", "is given twice, as a secret and as a reference", "give one of the two");
        }
        else if (string.IsNullOrEmpty(secret))
        {
            errors.Add(0, $"credentials.{name}", "is empty", "give the secret the venue showed when the key was made");
        }
        else if (!SecretReference.IsLongEnough(name, secret))
        {
            errors.Add(0, $"credentials.{name}", "is shorter than any venue's", "give the whole secret, as the venue showed it");
        }
    }
}
