using System.CommandLine;
using System.Globalization;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options of single methods, and views.</summary>
internal sealed class MethodOptionSet
{
    private readonly Option<double?> _targetReturn = new("--target-return") { Description = "Least return a year, for efficient-return and the tail methods" };
    private readonly Option<double?> _targetVolatility = new("--target-volatility") { Description = "Most volatility a year, for efficient-risk" };
    private readonly Option<double> _riskAversion = new("--risk-aversion") { Description = "For max-utility", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _beta = new("--beta") { Description = "Level of min-cvar and min-cdar", DefaultValueFactory = _ => 0.95 };
    private readonly Option<double> _benchmark = new("--benchmark-return") { Description = "Benchmark a period, for min-semivariance" };
    private readonly Option<string?> _linkage = new("--linkage") { Description = "For hrp; by default single", HelpName = Words.Join(WeightWords.Linkages) };
    private readonly Option<string?> _budgets = new("--risk-budgets") { Description = "For risk-parity: {\"A\": 0.5}", HelpName = "FILE.json" };
    private readonly Option<string?> _views = new("--views") { Description = "Views blended with the prior (Black-Litterman)", HelpName = "FILE.json" };
    private readonly Option<double?> _age = new("--age") { Description = "For glide-path" };
    private readonly Option<string?> _risky = new("--risky") { Description = "For glide-path: assets of the risky part", HelpName = "A,B" };
    private readonly Option<string?> _bonds = new("--bonds") { Description = "For glide-path: bonds" };
    private readonly Option<string?> _cash = new("--cash") { Description = "For glide-path: cash; left out, it stays in the cash target" };
    private readonly Option<string?> _knots = new("--knots") { Description = "For glide-path: risky share by age", HelpName = "30:0.9,50:0.7,65:0.4" };
    private readonly Option<double> _bondShare = new("--bond-share") { Description = "For glide-path: bonds' share of the safe part", DefaultValueFactory = _ => 0.8 };

    public MethodOptionSet(Command command)
    {
        foreach (var option in new Option[]
        {
            _targetReturn, _targetVolatility, _riskAversion, _beta, _benchmark, _linkage, _budgets, _views, _age, _risky, _bonds, _cash, _knots, _bondShare,
        })
        {
            command.Add(option);
        }
    }

    public OptimisationOptions Read(ParseResult parse, WeightFiles files, OptimisationOptions options)
    {
        var read = options with
        {
            TargetReturn = parse.GetValue(_targetReturn),
            TargetVolatility = parse.GetValue(_targetVolatility),
            RiskAversion = parse.GetValue(_riskAversion),
            Beta = parse.GetValue(_beta),
            BenchmarkReturn = parse.GetValue(_benchmark),
            Linkage = parse.GetValue(_linkage) is { } linkage ? Words.Meaning(WeightWords.Linkages, linkage, _linkage.Name) : options.Linkage,
            RiskBudgets = parse.GetValue(_budgets) is { } budgets ? files.Read(budgets, (json, root) => json.Budgets(root)) : null,
        };
        if (parse.GetValue(_views) is not { } path)
        {
            return read;
        }

        var (views, tau, prior) = files.Read(path, (json, root) => json.Views(root));
        return read with { Views = views, Tau = tau, Prior = prior };
    }

    public GlidePath GlidePath(ParseResult parse)
    {
        var path = new GlidePath(
            parse.GetValue(_age) ?? throw CommandException.BadInput("--age: glide-path needs an age; give --age N"),
            parse.GetValue(_risky)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? throw CommandException.BadInput("--risky: glide-path needs the assets of the risky part; give --risky A,B"),
            parse.GetValue(_bonds) ?? throw CommandException.BadInput("--bonds: glide-path needs a bond asset; give --bonds C"),
            parse.GetValue(_cash)) { BondShareOfSafe = parse.GetValue(_bondShare) };
        return parse.GetValue(_knots) is { } knots ? path with { Knots = [.. knots.Split(',').Select(Knot)] } : path;
    }

    private static GlideKnot Knot(string text) =>
        text.Split(':') is [var age, var share]
        && double.TryParse(age, NumberStyles.Float, CultureInfo.InvariantCulture, out var years)
        && double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out var risky)
            ? new GlideKnot(years, risky)
            : throw CommandException.BadInput($"--knots: '{text}' is not AGE:SHARE; write them as 30:0.9,50:0.7,65:0.4");
}
