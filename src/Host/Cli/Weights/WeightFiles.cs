using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Host.Configuration.Weights;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>The small JSON files of <c>optimize</c>: bounds, groups, current weights, budgets and views, by names of the history's assets.</summary>
internal sealed class WeightFiles(CliContext context, IReadOnlyList<string> assets)
{
    /// <exception cref="InvalidInputException">The file is not as it should be; every mistake is named with its line.</exception>
    public T Read<T>(string path, Func<WeightJson, JsonFields, T> read)
        where T : notnull
    {
        var errors = new InputErrors();
        var json = LocatedJsonParser.Parse(InputFiles.ReadText(context, path), errors);
        var root = json is null ? null : JsonFields.Of(json, "", errors);
        var result = root is null ? default : read(new WeightJson(assets, errors), root);
        errors.ThrowIfAny(path);
        return result!;
    }
}
