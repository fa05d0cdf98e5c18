namespace Rebalancer.Pbm;

/// <summary>What stood on the command line.</summary>
/// <param name="Line">The palette command of a one-shot call; empty: a session.</param>
public sealed record Arguments(Uri? Address, string Line, bool Json, string? Token, string? Data, bool Help)
{
    public const string Usage = """
        pbm [HOST:PORT] [palette command]     by default the service of this directory, or 127.0.0.1:5080

        Without a command: a session with help, history (arrow keys), completion (Tab) and '> FILE'.
          --output json        one JSON value an item instead of lines
          --data DIR           data directory of the service, for its address and token
          --token SECRET       env:NAME or file:PATH
        Examples: pbm cluster show
                  pbm 127.0.0.1:5080 actor inspect account/main
                  pbm journal tail -n 5 --output json
        """;

    /// <exception cref="FormatException">An option lacks its value or has one that is not known.</exception>
    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(null, "", false, null, null, false);
        var line = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            arguments = words[i] switch
            {
                "--help" or "-h" or "-?" when line.Count == 0 => arguments with { Help = true },
                "--output" => arguments with { Json = ReadOutput(Value(words, ref i)) },
                "--token" => arguments with { Token = Value(words, ref i) },
                "--data" => arguments with { Data = Value(words, ref i) },
                var word when line.Count == 0 && arguments.Address is null && ReadAddress(word) is { } address => arguments with { Address = address },
                var word => Keep(arguments, word),
            };
        }

        return arguments with { Line = string.Join(' ', line) };

        Arguments Keep(Arguments same, string word)
        {
            line.Add(Quote(word));
            return same;
        }
    }

    /// <summary>The token that <c>--token</c> refers to.</summary>
    /// <exception cref="FormatException">It is a literal, or not there.</exception>
    public static string ReadSecret(string reference)
    {
        var secret = reference switch
        {
            _ when reference.StartsWith("env:", StringComparison.Ordinal) => Environment.GetEnvironmentVariable(reference[4..]),
            _ when reference.StartsWith("file:", StringComparison.Ordinal) && File.Exists(reference[5..]) => File.ReadAllText(reference[5..]).Trim(),
            _ when reference.StartsWith("file:", StringComparison.Ordinal) => null,
            _ => throw new FormatException("--token: a command line is seen by others, so it must not hold the token itself; write env:NAME or file:PATH"),
        };
        return string.IsNullOrEmpty(secret) ? throw new FormatException($"--token: there is nothing at {reference}") : secret;
    }

    /// <summary>A word as the host reads it back from a line.</summary>
    private static string Quote(string word)
    {
        var quote = !word.Contains('"') ? '"' : !word.Contains('\'') ? '\'' : throw new FormatException($"{word}: has both kinds of quotes, of which a line can hold one");
        return word.Length == 0 || word.Any(character => char.IsWhiteSpace(character) || character is '"' or '\'' or '>') ? $"{quote}{word}{quote}" : word;
    }

    private static bool ReadOutput(string text) => text switch
    {
        "json" => true,
        "table" => false,
        _ => throw new FormatException($"--output: '{text}' is not known; use table or json"),
    };

    private static string Value(IReadOnlyList<string> words, ref int i) =>
        i + 1 < words.Count ? words[++i] : throw new FormatException($"{words[i]}: lacks its value");

    /// <summary>HOST:PORT or an http address; null when the word is neither.</summary>
    private static Uri? ReadAddress(string word)
    {
        if (word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(word, UriKind.Absolute, out var address) ? address : throw new FormatException($"{word}: is not an address; write HOST:PORT");
        }

        return word.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(word[(colon + 1)..], out _) && Uri.TryCreate("http://" + word, UriKind.Absolute, out var short_)
            ? short_
            : null;
    }
}
