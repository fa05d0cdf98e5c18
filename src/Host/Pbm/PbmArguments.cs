using System.Globalization;
using System.Text;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Host.Pbm;

/// <summary>The words behind a command: options with one value each, and what stands alone.</summary>
public sealed class PbmArguments
{
    private readonly List<string> _words = [];
    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly string _usage;

    private PbmArguments(string usage) => _usage = usage;

    /// <summary>Splits a line at blanks; what stands in double or single quotes stays together.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var begun = false;
        char? quote = null;
        foreach (var character in line)
        {
            if (character == quote)
            {
                quote = null;
            }
            else if (quote is null && character is ('"' or '\''))
            {
                (quote, begun) = (character, true);
            }
            else if (char.IsWhiteSpace(character) && quote is null)
            {
                Flush();
            }
            else
            {
                word.Append(character);
                begun = true;
            }
        }

        if (quote is not null)
        {
            throw new PbmException($"the line ends inside {quote} quotes; close them");
        }

        Flush();
        return words;

        void Flush()
        {
            if (begun)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            begun = false;
        }
    }

    /// <exception cref="PbmException">An option that the usage does not name, or one without its value.</exception>
    public static PbmArguments Parse(IReadOnlyList<string> words, string usage)
    {
        var arguments = new PbmArguments(usage);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Length < 2 || words[i][0] != '-')
            {
                arguments._words.Add(words[i]);
                continue;
            }

            var known = usage.Split([' ', '[', ']', '|'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '-').ToList();
            if (!known.Contains(words[i]))
            {
                throw new PbmException($"{words[i]}: is not an option of this command{(NearestName.Of(words[i], known) is { } nearest ? $"; did you mean {nearest}?" : "")}; usage: {usage}");
            }

            if (i + 1 == words.Count)
            {
                throw new PbmException($"{words[i]}: lacks its value; usage: {usage}");
            }

            arguments._options[words[i]] = words[++i];
        }

        return arguments;
    }

    /// <summary>The word at that place.</summary>
    /// <exception cref="PbmException">It is missing.</exception>
    public string Required(int index, string name) =>
        index < _words.Count ? _words[index] : throw new PbmException($"{name}: is missing; usage: {_usage}");

    public string? Optional(int index) => index < _words.Count ? _words[index] : null;

    public string? Option(string name) => _options.GetValueOrDefault(name);

    /// <exception cref="PbmException">The option is missing.</exception>
    public string RequiredOption(string name) => Option(name) ?? throw new PbmException($"{name}: is missing; usage: {_usage}");

    /// <exception cref="PbmException">The value is no number above 0.</exception>
    public int Number(string name, int otherwise)
    {
        if (Option(name) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new PbmException($"{name}: '{text}' is not a number above 0; usage: {_usage}");
    }
}
