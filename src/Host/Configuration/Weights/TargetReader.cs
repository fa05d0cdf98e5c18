using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Configuration.Weights;

/// <summary>Reads <c>targets</c> and <c>history</c> of a portfolio. The fields of a computed method are the options of <c>optimize</c>.</summary>
/// <param name="directory">Of the settings file, for files named in it.</param>
internal sealed class TargetReader(string directory, InputErrors errors)
{
    private const string EveryAsset = "*";
    private const string CsvProvider = "csv:";
    private const int DefaultLookbackDays = 365;

    private static readonly GlideKnot[] DefaultKnots = [new(30, 0.9), new(50, 0.7), new(65, 0.4)];

    public TargetSettings Read(JsonFields portfolio)
    {
        if (portfolio.Object("targets") is not { } fields)
        {
            portfolio.Report("targets", "is missing", "add { \"method\": \"fixed\", \"weights\": { \"ASSET\": 0.5, … } }");
            return TargetSettings.Fixed([]);
        }

        var method = fields.Text("method") ?? "fixed";
        var isEvery = fields.Value("assets") is LocatedText { Value: EveryAsset };
        var assets = isEvery ? [] : Names.ReadList(fields, "assets", errors);
        var targets = method switch
        {
            "fixed" => new TargetSettings(method, ReadWeights(fields), assets),
            "equal" when !isEvery && !fields.IsPresent("lookbackDays") => new TargetSettings(method, [], assets),
            GlidePath.MethodName => ReadGlide(fields),
            _ => ReadComputed(method, fields, assets, isEvery),
        };
        fields.RejectUnknown();
        return targets;
    }

    public HistorySettings ReadHistory(JsonFields? fields)
    {
        if (fields is null)
        {
            return HistorySettings.Standard;
        }

        var frame = fields.Choice("timeframe", TimeFrames.Words) ?? TimeFrame.OneDay;
        var provider = fields.Text("provider") ?? "venue";
        var symbols = ReadSymbols(fields, provider);
        fields.RejectUnknown();
        switch (provider)
        {
            case "venue":
                return new HistorySettings(HistoryProvider.Venue, null, frame);
            case "yahoo":
                return new HistorySettings(HistoryProvider.Yahoo, null, frame) { Symbols = symbols };
            case var file when file.StartsWith(CsvProvider, StringComparison.Ordinal) && file.Length > CsvProvider.Length:
                var path = Path.GetFullPath(file[CsvProvider.Length..], directory);
                if (!File.Exists(path))
                {
                    fields.Report("provider", $"there is no file {file[CsvProvider.Length..]}", "name a price file, relative to the settings file");
                }

                return new HistorySettings(HistoryProvider.Csv, path, frame);
            default:
                fields.Report("provider", $"\"{provider}\" is not known", "use \"venue\", \"yahoo\" or \"csv:FILE\"");
                break;
        }

        return HistorySettings.Standard;
    }

    /// <summary>Yahoo's names for assets that it calls otherwise.</summary>
    private static SortedDictionary<string, string>? ReadSymbols(JsonFields fields, string provider)
    {
        if (fields.Object("symbols") is not { } table)
        {
            return null;
        }

        if (provider != "yahoo")
        {
            fields.Report("symbols", "are Yahoo's", "set \"provider\": \"yahoo\", or remove them");
        }

        var symbols = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in table.Members)
        {
            symbols[member.Name] = table.RequiredText(member.Name);
        }

        return symbols;
    }

    private static SortedDictionary<string, decimal> ReadWeights(JsonFields fields)
    {
        var weights = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (fields.Object("weights") is { } table)
        {
            foreach (var member in table.Members)
            {
                weights[member.Name] = table.Number(member.Name) ?? 0;
            }
        }

        return weights;
    }

    private TargetSettings ReadComputed(string method, JsonFields fields, IReadOnlyList<string> assets, bool isEvery)
    {
        if (!OptimisationMethods.Names.Contains(method))
        {
            string[] known = ["fixed", GlidePath.MethodName, .. OptimisationMethods.Names];
            fields.Report("method", $"\"{method}\" is not known", $"did you mean \"{NearestName.Of(method, known)}\"? Known are {string.Join(", ", known)}");

            // The other fields are read as a method's, so that they are not reported too.
            method = "equal";
        }

        if (fields.IsPresent("current"))
        {
            fields.Report("current", "is what the portfolio holds when the targets are computed", "leave it out");
        }

        var options = new OptionReader(directory, isEvery ? null : assets, errors).Read(fields);
        return new TargetSettings(method, [], assets)
        {
            Computed = new ComputedTargetSettings
            {
                Options = options,
                LookbackDays = Numbers.Positive(fields, "lookbackDays") ?? DefaultLookbackDays,
                MinHistoryDays = Numbers.Positive(fields, "minHistoryDays"),
                Market = fields.Text("market"),
                Every = isEvery ? ReadFilter(fields.Object("filter")) : null,
            },
        };
    }

    private AssetFilter ReadFilter(JsonFields? fields)
    {
        if (fields is null)
        {
            return new AssetFilter([], null, null);
        }

        var filter = new AssetFilter(
            Names.ReadList(fields, "venues", errors), Numbers.Positive(fields, "minHistoryDays"), Numbers.Amount(fields, "minDailyVolume"));
        fields.RejectUnknown();
        return filter;
    }

    private TargetSettings ReadGlide(JsonFields fields)
    {
        var risky = Names.ReadList(fields, "risky", errors);
        var (bonds, cash) = (fields.RequiredText("bonds"), fields.Text("cash"));
        var glide = new GlideSettings(
            (double?)Numbers.Amount(fields, "age", 130), fields.Date("birthDate"), risky, bonds, cash, ReadKnots(fields), (double)(Numbers.Amount(fields, "bondShare", 1) ?? 0.8m));
        List<string> assets = [.. risky, bonds];
        return new TargetSettings(GlidePath.MethodName, [], cash is null ? assets : [.. assets, cash]) { Computed = new ComputedTargetSettings { Glide = glide } };
    }

    private IReadOnlyList<GlideKnot> ReadKnots(JsonFields fields)
    {
        var knots = new List<GlideKnot>();
        foreach (var item in fields.Items("knots"))
        {
            if (item is LocatedArray { Items: [var age, var share] }
                && JsonNumbers.Read(age, fields.FieldPath("knots"), errors) is { } years && JsonNumbers.Read(share, fields.FieldPath("knots"), errors) is { } risky)
            {
                knots.Add(new GlideKnot((double)years, (double)risky));
            }
            else
            {
                errors.Add(item.Line, fields.FieldPath("knots"), "a knot is an age and a risky share", "write [[30, 0.9], [50, 0.7], [65, 0.4]]");
            }
        }

        return fields.IsPresent("knots") ? knots : DefaultKnots;
    }
}
