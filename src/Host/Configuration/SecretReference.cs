namespace Rebalancer.Host.Configuration;

/// <summary>Where a secret is kept: <c>env:NAME</c> or <c>file:PATH</c>. The secret itself never stands in settings.</summary>
/// <param name="Path">For a file: full path.</param>
public sealed record SecretReference(string? Variable, string? Path)
{
    public const string Remedy = "write \"env:NAME\" or \"file:PATH\" and keep the secret there";

    private const string StoredScheme = "stored:";

    private const int ShortestSecret = 7;

    /// <summary>Credentials that name an account and open nothing.</summary>
    private static readonly string[] Identifiers = ["uid", "login"];

    /// <summary>Name in the journal's database, where an operator stored it while the service ran; null for one that is kept elsewhere.</summary>
    public string? Stored { get; private init; }

    public override string ToString() => Stored is not null ? StoredScheme + Stored : Variable is null ? $"file:{Path}" : $"env:{Variable}";

    /// <summary>Refers to what is stored for an account under that name.</summary>
    public static SecretReference OfStored(string name) => new(null, null) { Stored = name };

    /// <summary>Null when the text is not <c>stored:NAME</c>.</summary>
    public static SecretReference? ParseStored(string text) =>
        text.StartsWith(StoredScheme, StringComparison.Ordinal) && text.Length > StoredScheme.Length ? OfStored(text[StoredScheme.Length..]) : null;

    /// <summary>Null when the text is neither form.</summary>
    public static SecretReference? Parse(string text, string directory) => text switch
    {
        _ when text.StartsWith("env:", StringComparison.Ordinal) && text.Length > 4 => new SecretReference(text[4..], null),
        _ when text.StartsWith("file:", StringComparison.Ordinal) && text.Length > 5 =>
            new SecretReference(null, System.IO.Path.GetFullPath(text[5..], directory)),
        _ => null,
    };

    public static bool IsReference(string text) =>
        text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal) || ParseStored(text) is not null;

    /// <summary>
    /// The secret of an account's credential; null when it is not there, or so short that taking it out of every message would take parts of
    /// other words with it. Seven characters are the least that any venue gives (KuCoin's passphrases).
    /// </summary>
    /// <param name="problem">What is wrong, without the secret.</param>
    public string? ResolveCredential(string name, IReadOnlyDictionary<string, string> variables, out string problem)
    {
        var secret = Resolve(variables, out problem);
        if (secret is null || IsLongEnough(name, secret))
        {
            return secret;
        }

        problem = $"what {this} holds has fewer than {ShortestSecret} characters, which no venue's {name} has";
        return null;
    }

    /// <summary>Whether a secret can be a venue's credential of that name; see <see cref="ResolveCredential"/>.</summary>
    public static bool IsLongEnough(string name, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Length >= ShortestSecret || Identifiers.Contains(name);
    }

    /// <summary>The secret; null when it is not there.</summary>
    /// <param name="problem">What is missing, without the secret.</param>
    public string? Resolve(IReadOnlyDictionary<string, string> variables, out string problem)
    {
        if (Stored is not null)
        {
            problem = $"{this} is kept in the journal's database, where only a running service reads it";
            return null;
        }

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
