namespace Rebalancer.Host.Configuration;

/// <summary>Where a secret is kept: <c>env:NAME</c> or <c>file:PATH</c>. The secret itself never stands in settings.</summary>
/// <param name="Path">For a file: full path.</param>
public sealed record SecretReference(string? Variable, string? Path)
{
    public const string Remedy = "write \"env:NAME\" or \"file:PATH\" and keep the secret there";

    private const int ShortestSecret = 7;

    /// <summary>Credentials that name an account and open nothing.</summary>
    private static readonly string[] Identifiers = ["uid", "login"];

    public override string ToString() => Variable is null ? $"file:{Path}" : $"env:{Variable}";

    /// <summary>Null when the text is neither form.</summary>
    public static SecretReference? Parse(string text, string directory) => text switch
    {
        _ when text.StartsWith("env:", StringComparison.Ordinal) && text.Length > 4 => new SecretReference(text[4..], null),
        _ when text.StartsWith("file:", StringComparison.Ordinal) && text.Length > 5 =>
            new SecretReference(null, System.IO.Path.GetFullPath(text[5..], directory)),
        _ => null,
    };

    public static bool IsReference(string text) =>
        text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal);

    /// <summary>
    /// The secret of an account's credential; null when it is not there, or so short that taking it out of every message would take parts of
    /// other words with it. Seven characters are the least that any venue gives (KuCoin's passphrases).
    /// </summary>
    /// <param name="problem">What is wrong, without the secret.</param>
    public string? ResolveCredential(string name, IReadOnlyDictionary<string, string> variables, out string problem)
    {
        var secret = Resolve(variables, out problem);
        if (secret is null || secret.Length >= ShortestSecret || Identifiers.Contains(name))
        {
            return secret;
        }

        problem = $"what {this} holds has fewer than {ShortestSecret} characters, which no venue's {name} has";
        return null;
    }

    /// <summary>The secret; null when it is not there.</summary>
    /// <param name="problem">What is missing, without the secret.</param>
    public string? Resolve(IReadOnlyDictionary<string, string> variables, out string problem)
    {
        problem = Variable is null ? $"the file {Path} cannot be read or is empty" : $"the environment variable {Variable} is not set";
        try
        {
            var secret = Variable is null ? File.ReadAllText(Path!).Trim() : variables.GetValueOrDefault(Variable);
            return string.IsNullOrEmpty(secret) ? null : secret;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
