using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Weights.Settings;
using Rebalancer.Host.Cli.Weights;

namespace Rebalancer.Host.Configuration.Weights;

/// <summary>
/// Reads the options of <c>optimize</c> out of the settings, where they have the same names in camelCase. What the command line takes from
/// a file may stand in the settings itself, or name the file.
/// </summary>
/// <param name="assets">Known assets; null: any name is taken.</param>
internal sealed class OptionReader(string directory, IReadOnlyList<string>? assets, InputErrors errors)
{
    public OptimisationOptions Read(JsonFields fields)
    {
        var standard = new OptimisationOptions();
        var (views, tau, prior) = Inline(fields, "views", (json, root) => json.Views(root)) ?? new ViewSet([], null, null);
        return new OptimisationOptions
        {
            ReturnsModel = fields.Choice("returnsModel", WeightWords.ReturnModels) ?? standard.ReturnsModel,
            RiskModel = fields.Choice("riskModel", WeightWords.RiskModels) ?? standard.RiskModel,
            Missing = fields.Choice("missing", WeightWords.Missing),
            Frequency = Numbers.Positive(fields, "frequency"),
            Span = Numbers.Positive(fields, "span"),
            LogReturns = fields.Flag("logReturns") ?? false,
            Arithmetic = fields.Flag("arithmetic") ?? false,
            RiskFree = Number(fields, "riskFree") ?? standard.RiskFree,
            Bounds = Range(fields, "bounds") ?? standard.Bounds,
            AssetBounds = Inline(fields, "assetBounds", (json, root) => json.Bounds(root)) ?? standard.AssetBounds,
            Groups = Inline(fields, "groups", (json, root) => json.Groups(root)) ?? [],
            Net = Range(fields, "net"),
            Sum = Number(fields, "sum") ?? standard.Sum,
            GrossMax = Number(fields, "grossMax"),
            MaxTurnover = Number(fields, "maxTurnover"),
            TransactionCost = Number(fields, "transactionCost") ?? 0,
            L2 = Number(fields, "l2") ?? 0,
            MaxAssets = Numbers.Positive(fields, "maxAssets"),
            MinWeightIfHeld = Number(fields, "minWeightIfHeld"),
            TargetReturn = Number(fields, "targetReturn"),
            TargetVolatility = Number(fields, "targetVolatility"),
            RiskAversion = Number(fields, "riskAversion") ?? standard.RiskAversion,
            Beta = Number(fields, "beta") ?? standard.Beta,
            BenchmarkReturn = Number(fields, "benchmarkReturn") ?? 0,
            Linkage = fields.Choice("linkage", WeightWords.Linkages) ?? standard.Linkage,
            RiskBudgets = Inline(fields, "riskBudgets", (json, root) => json.Budgets(root)),
            Views = views,
            Tau = tau,
            Prior = prior,
        };
    }

    private static double? Number(JsonFields fields, string name) => (double?)fields.Number(name);

    /// <summary><c>"0.05:0.4"</c> as on the command line, or <c>[0.05, 0.4]</c>.</summary>
    private WeightRange? Range(JsonFields fields, string name)
    {
        switch (fields.Value(name))
        {
            case null:
                return null;
            case LocatedText text when RangeOption.TryParse(text.Value, out var range):
                return range;
            case LocatedArray { Items: [var low, var high] }
                when JsonNumbers.Read(low, fields.FieldPath(name), errors) is { } from && JsonNumbers.Read(high, fields.FieldPath(name), errors) is { } to && from <= to:
                return new WeightRange((double)from, (double)to);
            case var other:
                fields.Report(name, $"must be a range, is {other.Kind}", "write \"LO:HI\" with LO not above HI, as \"0.05:0.4\"");
                return null;
        }
    }

    private T? Inline<T>(JsonFields fields, string name, Func<WeightJson, JsonFields, T> read)
    {
        if (fields.Value(name) is not LocatedText file)
        {
            return fields.Object(name) is { } root ? read(new WeightJson(assets, errors), root) : default;
        }

        var inner = new InputErrors();
        try
        {
            var json = LocatedJsonParser.Parse(File.ReadAllText(Path.GetFullPath(file.Value, directory)), inner);
            var result = json is not null && JsonFields.Of(json, "", inner) is { } root ? read(new WeightJson(assets, inner), root) : default;

            // The line is of the other file, so it goes into the text.
            foreach (var error in inner.InFileOrder)
            {
                fields.Report(name, error.Describe(file.Value), "correct that file");
            }

            return result;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fields.Report(name, $"{file.Value} cannot be read ({exception.Message})", "write the object itself, or name a file that exists");
            return default;
        }
    }
}
