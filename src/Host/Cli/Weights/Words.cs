namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options whose value is one of a list of words.</summary>
internal static class Words
{
    public static string Join<T>(IReadOnlyList<(string Word, T Meaning)> words) => string.Join('|', words.Select(entry => entry.Word));

    public static T Meaning<T>(IReadOnlyList<(string Word, T Meaning)> words, string word, string option)
    {
        foreach (var entry in words)
        {
            if (entry.Word == word)
            {
                return entry.Meaning;
            }
        }

        throw CommandException.BadInput($"{option}: '{word}' is not known; use one of {string.Join(", ", words.Select(entry => entry.Word))}");
    }
}
