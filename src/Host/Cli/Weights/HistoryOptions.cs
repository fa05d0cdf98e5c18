using System.CommandLine;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options of every command that starts from a price or return file, and the estimates they describe.</summary>
public sealed class HistoryOptions
{
    private static readonly SortedDictionary<string, ReturnModel> ReturnModelNames = new(StringComparer.Ordinal)
    {
        ["mean"] = Domain.Weights.Estimates.ReturnModel.Mean,
        ["ema"] = Domain.Weights.Estimates.ReturnModel.Ema,
        ["capm"] = Domain.Weights.Estimates.ReturnModel.Capm,
    };

    private static readonly SortedDictionary<string, RiskModel> RiskModelNames = new(StringComparer.Ordinal)
    {
        ["sample"] = Domain.Weights.Estimates.RiskModel.Sample,
        ["semi"] = Domain.Weights.Estimates.RiskModel.Semi,
        ["exp"] = Domain.Weights.Estimates.RiskModel.Exponential,
        ["ledoit-wolf"] = Domain.Weights.Estimates.RiskModel.LedoitWolf,
        ["ledoit-wolf-single-factor"] = Domain.Weights.Estimates.RiskModel.LedoitWolfSingleFactor,
        ["ledoit-wolf-constant-correlation"] = Domain.Weights.Estimates.RiskModel.LedoitWolfConstantCorrelation,
        ["oas"] = Domain.Weights.Estimates.RiskModel.OracleApproximating,
    };

    private static readonly SortedDictionary<string, MissingReturns> MissingNames = new(StringComparer.Ordinal)
    {
        ["pairwise"] = MissingReturns.Pairwise,
        ["drop"] = MissingReturns.Drop,
        ["zero"] = MissingReturns.Zero,
    };

    private readonly Option<string?> _prices = new("--prices") { Description = "Price file: column date, then one column an asset", HelpName = "P.csv" };
    private readonly Option<string?> _returns = new("--returns") { Description = "Return file of the same shape", HelpName = "R.csv" };
    private readonly Option<string> _returnModel = Words("--returns-model", "Expected returns", ReturnModelNames.Keys, "mean");
    private readonly Option<string> _riskModel = Words("--risk-model", "Covariance", RiskModelNames.Keys, "sample");
    private readonly Option<string?> _missing = new("--missing") { Description = "How missing returns are treated", HelpName = string.Join('|', MissingNames.Keys) };
    private readonly Option<int> _frequency = new("--frequency") { Description = "Periods a year: 252 for shares, 365 for crypto", DefaultValueFactory = _ => 252 };
    private readonly Option<int?> _span = new("--span") { Description = "Span of ema (500) and exp (180)" };
    private readonly Option<bool> _logReturns = new("--log-returns") { Description = "Logarithmic returns" };
    private readonly Option<bool> _arithmetic = new("--arithmetic") { Description = "Annualise the mean by multiplying, not compounding" };
    private readonly Option<string?> _market = new("--market") { Description = "Market prices for capm; by default the equal-weight average", HelpName = "FILE.csv" };
    private readonly Option<double> _riskFree = new("--risk-free") { Description = "Risk-free rate a year", DefaultValueFactory = _ => 0.02 };

    /// <param name="modelOption">For risk-model and returns-model, whose <c>--model</c> names the model itself.</param>
    public HistoryOptions(Command command, string? modelOption = null)
    {
        if (modelOption == "risk")
        {
            _riskModel = Words("--model", "Covariance", RiskModelNames.Keys, "sample");
        }
        else if (modelOption == "returns")
        {
            _returnModel = Words("--model", "Expected returns", ReturnModelNames.Keys, "mean");
        }

        foreach (var option in new Option[] { _prices, _returns, _returnModel, _riskModel, _missing, _frequency, _span, _logReturns, _arithmetic, _market, _riskFree })
        {
            command.Add(option);
        }
    }

    public bool HasHistory(ParseResult parse) => parse.GetValue(_prices) is not null || parse.GetValue(_returns) is not null;

    public double RiskFree(ParseResult parse) => parse.GetValue(_riskFree);

    public int Frequency(ParseResult parse) => parse.GetValue(_frequency) is > 0 and var frequency
        ? frequency
        : throw CommandException.BadInput("--frequency: must be a positive number of periods a year; 252 for shares, 365 for crypto");

    public ReturnTable ReadReturns(ParseResult parse, CliContext context, ICollection<string> warnings)
    {
        var (prices, returns) = (parse.GetValue(_prices), parse.GetValue(_returns));
        if (prices is null == returns is null)
        {
            throw CommandException.BadInput("--prices: give either --prices P.csv or --returns R.csv");
        }

        var file = Read(context, prices ?? returns!);
        foreach (var warning in file.Warnings)
        {
            warnings.Add(warning);
        }

        return returns is null ? PriceReturns.Compute(file, parse.GetValue(_logReturns), warnings) : PriceReturns.Take(file);
    }

    public (ReturnModel Model, ReturnOptions Options) ReturnModel(ParseResult parse, CliContext context, ReturnTable returns) => (
        Meaning(ReturnModelNames, parse.GetValue(_returnModel)!, _returnModel.Name),
        new ReturnOptions(
            Frequency(parse), !parse.GetValue(_arithmetic), parse.GetValue(_span) ?? 500,
            parse.GetValue(_market) is { } market ? MarketReturns(Read(context, market), parse, returns) : null, RiskFree(parse)));

    public (RiskModel Model, RiskOptions Options) RiskModel(ParseResult parse) => (
        Meaning(RiskModelNames, parse.GetValue(_riskModel)!, _riskModel.Name),
        new RiskOptions(
            Frequency(parse), parse.GetValue(_span) ?? 180,
            Missing: parse.GetValue(_missing) is { } missing ? Meaning(MissingNames, missing, _missing.Name) : null));

    private static HistoryFile Read(CliContext context, string path) => HistoryFile.Parse(InputFiles.ReadText(context, path), path);

    private double[] MarketReturns(HistoryFile file, ParseResult parse, ReturnTable returns)
    {
        if (file.Assets.Count != 1)
        {
            throw CommandException.BadInput($"--market: the file has {file.Assets.Count} assets; give one column of market prices beside the date");
        }

        var market = PriceReturns.Compute(file, parse.GetValue(_logReturns), []);
        var byDate = new SortedDictionary<DateOnly, double>(market.Dates.Index().ToDictionary(entry => entry.Item, entry => market.Column(0)[entry.Index]));
        return [.. returns.Dates.Select(date => byDate.TryGetValue(date, out var value) ? value : double.NaN)];
    }

    private static Option<string> Words(string name, string description, IEnumerable<string> words, string standard) =>
        new(name) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => standard };

    private static T Meaning<T>(SortedDictionary<string, T> names, string word, string option) => names.TryGetValue(word, out var meaning)
        ? meaning
        : throw CommandException.BadInput($"{option}: '{word}' is not known; use one of {string.Join(", ", names.Keys)}");
}
