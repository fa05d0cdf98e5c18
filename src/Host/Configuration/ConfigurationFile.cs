using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <param name="Path">Full path of the settings file.</param>
/// <param name="Merged">The file with the variables laid over it, as it was read.</param>
/// <param name="Warnings">Lines for stderr.</param>
public sealed record LoadedConfiguration(string Path, RebalancerConfiguration Configuration, LocatedJson Merged, IReadOnlyList<string> Warnings)
{
    /// <summary>Token, log and address stand beside the journal; of one that is elsewhere, in <c>data</c> beside the settings.</summary>
    public string DataDirectory => System.IO.Path.GetDirectoryName(
        Configuration.Journal is JournalAddress.Sqlite file ? file.Path : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, "data", "-"))!;
}

/// <summary>Reads <c>rebalancer.json</c>.</summary>
public static class ConfigurationFile
{
    public const string DefaultName = "rebalancer.json";

    /// <param name="display">The path as the user would write it, for messages.</param>
    /// <exception cref="InvalidInputException">The file is missing or wrong; every mistake is named.</exception>
    public static LoadedConfiguration Load(string path, string display, IReadOnlyDictionary<string, string> variables)
    {
        var errors = new InputErrors();
        var text = ReadText(path, errors);
        errors.ThrowIfAny(display);

        var tree = LocatedJsonParser.Parse(text, errors);
        errors.ThrowIfAny(display);

        var overrides = new EnvironmentOverrides(errors);
        var merged = overrides.Apply(tree!, variables);
        var reader = new ConfigurationReader(Path.GetDirectoryName(path)!, errors);
        var configuration = reader.Read(merged);
        if (errors.Any)
        {
            throw new InvalidInputException(display, [.. errors.InFileOrder.Select(error => NameVariable(error, overrides))]);
        }

        return new LoadedConfiguration(path, configuration!, merged, [.. reader.Warnings.Select(warning => warning.Describe(display))]);
    }

    /// <summary>An error in a field that a variable set is not found by looking at the file.</summary>
    private static InputError NameVariable(InputError error, EnvironmentOverrides overrides) =>
        overrides.Applied.TryGetValue(error.Field, out var variable) && !error.Problem.StartsWith(variable, StringComparison.Ordinal)
            ? error with { Problem = $"{error.Problem} (set by the environment variable {variable})" }
            : error;

    private static string ReadText(string path, InputErrors errors)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add(0, "", "there is no such file", "name the settings file with --config, or try 'rebalancer demo', which needs none");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add(0, "", $"cannot be read ({unreadable.Message})", "check its permissions");
        }

        return "";
    }
}
