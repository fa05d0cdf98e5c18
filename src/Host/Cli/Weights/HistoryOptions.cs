using System.CommandLine;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options of every command that starts from a price or return file, and the estimates they describe.</summary>
internal sealed class HistoryOptions
{
    private readonly Option<string?> _prices = new("--prices") { Description = "Price file: column date, then one column an asset", HelpName = "P.csv" };
    private readonly Option<string?> _returns = new("--returns") { Description = "Return file of the same shape", HelpName = "R.csv" };
    private readonly Option<string> _returnModel = new("--returns-model") { Description = "Expected returns", HelpName = Words.Join(WeightWords.ReturnModels), DefaultValueFactory = _ => "mean" };
    private readonly Option<string> _riskModel = new("--risk-model") { Description = "Covariance", HelpName = Words.Join(WeightWords.RiskModels), DefaultValueFactory = _ => "sample" };
    private readonly Option<string?> _missing = new("--missing") { Description = "How missing returns are treated", HelpName = Words.Join(WeightWords.Missing) };
    private readonly Option<int> _frequency = new("--frequency") { Description = "Periods a year: 252 for shares, 365 for crypto", DefaultValueFactory = _ => 252 };
    private readonly Option<int?> _span = new("--span") { Description = "Span of ema (500) and exp (180)" };
    private readonly Option<bool> _logReturns = new("--log-returns") { Description = "Logarithmic returns" };
    private readonly Option<bool> _arithmetic = new("--arithmetic") { Description = "Annualise the mean by multiplying, not compounding" };
    private readonly Option<string?> _market = new("--market") { Description = "Market prices (returns with --returns) for capm; by default the equal-weight average", HelpName = "FILE.csv" };
    private readonly Option<double> _riskFree = new("--risk-free") { Description = "Risk-free rate a year", DefaultValueFactory = _ => 0.02 };

    /// <param name="model">Whose <c>--model</c> names the model itself: <c>risk</c> or <c>returns</c>; null: neither.</param>
    public HistoryOptions(Command command, string? model = null)
    {
        if (model == "risk")
        {
            _riskModel = new("--model") { Description = "Covariance", HelpName = Words.Join(WeightWords.RiskModels), DefaultValueFactory = _ => "sample" };
        }
        else if (model == "returns")
        {
            _returnModel = new("--model") { Description = "Expected returns", HelpName = Words.Join(WeightWords.ReturnModels), DefaultValueFactory = _ => "mean" };
        }

        foreach (var option in new Option[] { _prices, _returns, _returnModel, _riskModel, _missing, _frequency, _span, _logReturns, _arithmetic, _market, _riskFree })
        {
            command.Add(option);
        }
    }

    public bool HasHistory(ParseResult parse) => parse.GetValue(_prices) is not null || parse.GetValue(_returns) is not null;

    public OptimisationOptions Read(ParseResult parse, OptimisationOptions options) => options with
    {
        ReturnsModel = Words.Meaning(WeightWords.ReturnModels, parse.GetValue(_returnModel)!, _returnModel.Name),
        RiskModel = Words.Meaning(WeightWords.RiskModels, parse.GetValue(_riskModel)!, _riskModel.Name),
        Missing = parse.GetValue(_missing) is { } missing ? Words.Meaning(WeightWords.Missing, missing, _missing.Name) : null,
        Frequency = parse.GetValue(_frequency),
        Span = parse.GetValue(_span),
        LogReturns = parse.GetValue(_logReturns),
        Arithmetic = parse.GetValue(_arithmetic),
        RiskFree = parse.GetValue(_riskFree),
    };

    public ReturnTable ReadReturns(ParseResult parse, CliContext context, ICollection<string> warnings)
    {
        var (prices, returns) = (parse.GetValue(_prices), parse.GetValue(_returns));
        if (prices is null == returns is null)
        {
            throw CommandException.BadInput("--prices: give either --prices P.csv or --returns R.csv");
        }

        var file = ReadFile(context, prices ?? returns!);
        foreach (var warning in file.Warnings)
        {
            warnings.Add(warning);
        }

        return returns is null ? PriceReturns.Compute(file.Table, parse.GetValue(_logReturns), warnings) : PriceReturns.Take(file.Table, warnings);
    }

    /// <summary>Returns of the market on the rows of the history, NaN where the market file has none; null without such a file.</summary>
    public double[]? MarketReturns(ParseResult parse, CliContext context, ReturnTable returns, ICollection<string> warnings)
    {
        if (parse.GetValue(_market) is not { } path)
        {
            return null;
        }

        var file = ReadFile(context, path);
        if (file.Assets.Count != 1)
        {
            throw CommandException.BadInput($"--market: the file has {file.Assets.Count} assets; give one column of market prices beside the date");
        }

        var market = parse.GetValue(_returns) is null
            ? PriceReturns.Compute(file.Table, parse.GetValue(_logReturns), warnings)
            : PriceReturns.Take(file.Table, warnings);
        var byDate = new SortedDictionary<DateOnly, double>(market.Dates.Index().ToDictionary(entry => entry.Item, entry => market.Column(0)[entry.Index]));
        double[] aligned = [.. returns.Dates.Select(date => byDate.TryGetValue(date, out var value) ? value : double.NaN)];
        return aligned.All(double.IsNaN)
            ? throw CommandException.BadInput($"--market: {path} has no day in common with the history; give the same days")
            : aligned;
    }

    private static HistoryFile ReadFile(CliContext context, string path) => HistoryFile.Parse(InputFiles.ReadText(context, path), path);
}
