using System.CommandLine;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options of single methods, views, and the request they make together with history and constraints.</summary>
public sealed class MethodOptionSet
{
    private static readonly string[] Linkages = ["single", "complete", "average", "ward"];

    private readonly Option<double?> _targetReturn = new("--target-return") { Description = "Least return a year, for efficient-return and the tail methods" };
    private readonly Option<double?> _targetVolatility = new("--target-volatility") { Description = "Most volatility a year, for efficient-risk" };
    private readonly Option<double> _riskAversion = new("--risk-aversion") { Description = "For max-utility", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _beta = new("--beta") { Description = "Level of min-cvar and min-cdar", DefaultValueFactory = _ => 0.95 };
    private readonly Option<double> _benchmark = new("--benchmark-return") { Description = "Benchmark a period, for min-semivariance" };
    private readonly Option<string> _linkage = new("--linkage") { Description = "For hrp", HelpName = string.Join('|', Linkages), DefaultValueFactory = _ => "single" };
    private readonly Option<string?> _budgets = new("--risk-budgets") { Description = "For risk-parity: {\"A\": 0.5}", HelpName = "FILE.json" };
    private readonly Option<string?> _views = new("--views") { Description = "Views blended with the prior (Black-Litterman)", HelpName = "FILE.json" };
    private readonly Option<double?> _age = new("--age") { Description = "For glide-path" };
    private readonly Option<string?> _risky = new("--risky") { Description = "For glide-path: assets of the risky part", HelpName = "A,B" };
    private readonly Option<string?> _bonds = new("--bonds") { Description = "For glide-path: bonds" };
    private readonly Option<string?> _cash = new("--cash") { Description = "For glide-path: cash; left out, it stays in the cash target" };

    public MethodOptionSet(Command command)
    {
        foreach (var option in new Option[] { _targetReturn, _targetVolatility, _riskAversion, _beta, _benchmark, _linkage, _budgets, _views, _age, _risky, _bonds, _cash })
        {
            command.Add(option);
        }
    }

    public OptimisationRequest Request(
        ParseResult parse, CliContext context, string method, HistoryOptions history, ConstraintOptions constraints, ReturnTable returns)
    {
        var files = new WeightFiles(context, returns.Assets);
        var (returnModel, returnOptions) = history.ReturnModel(parse, context, returns);
        var (riskModel, riskOptions) = history.RiskModel(parse);
        var request = new OptimisationRequest
        {
            Method = method,
            ReturnModel = returnModel,
            ReturnOptions = returnOptions,
            RiskModel = riskModel,
            RiskOptions = riskOptions,
            Constraints = constraints.Read(parse, context, returns.Assets),
            Options = new MethodOptions(
                history.RiskFree(parse), parse.GetValue(_targetReturn), parse.GetValue(_targetVolatility), Positive(parse.GetValue(_riskAversion), _riskAversion.Name),
                Level(parse.GetValue(_beta)), parse.GetValue(_benchmark), Linkage(parse.GetValue(_linkage)!),
                parse.GetValue(_budgets) is { } budgets ? files.ReadNumbers(budgets, 0) : null, history.Frequency(parse)),
        };
        if (parse.GetValue(_views) is not { } path)
        {
            return request;
        }

        var (views, tau, prior) = files.ReadViews(path, ReturnModels.Estimate(returnModel, returns, returnOptions));
        return request with { Views = views, Tau = tau ?? request.Tau, Prior = prior };
    }

    public GlidePath GlidePath(ParseResult parse) => new(
        parse.GetValue(_age) ?? throw CommandException.BadInput("--age: glide-path needs an age; give --age N"),
        parse.GetValue(_risky)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? throw CommandException.BadInput("--risky: glide-path needs the assets of the risky part; give --risky A,B"),
        parse.GetValue(_bonds) ?? throw CommandException.BadInput("--bonds: glide-path needs a bond asset; give --bonds C"),
        parse.GetValue(_cash));

    private static double Positive(double value, string option) =>
        value > 0 ? value : throw CommandException.BadInput(FormattableString.Invariant($"{option}: {value} is not above zero; give a positive number"));

    private static double Level(double beta) => beta is > 0 and < 1
        ? beta
        : throw CommandException.BadInput(FormattableString.Invariant($"--beta: {beta} is not a level; give a number between 0 and 1, as 0.95"));

    private static LinkageMethod Linkage(string word) => Array.IndexOf(Linkages, word) is >= 0 and var index
        ? (LinkageMethod)index
        : throw CommandException.BadInput($"--linkage: '{word}' is not known; use one of {string.Join(", ", Linkages)}");
}
