using System.CommandLine;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options that constrain weights.</summary>
public sealed class ConstraintOptions
{
    private readonly Option<(double Low, double High)?> _bounds = RangeOption.Create("--bounds", "Bounds of every weight; by default 0:1");
    private readonly Option<(double Low, double High)?> _net = RangeOption.Create("--net", "Range of the sum of weights, in place of --sum");
    private readonly Option<double> _sum = new("--sum") { Description = "What the weights add up to", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _gross = new("--gross-max") { Description = "Largest sum of absolute weights" };
    private readonly Option<string?> _assetBounds = new("--asset-bounds") { Description = "Bounds by asset: {\"A\": [0.05, 0.4]}", HelpName = "FILE.json" };
    private readonly Option<string?> _groups = new("--groups") { Description = "Groupings with limits", HelpName = "FILE.json" };
    private readonly Option<string?> _current = new("--current") { Description = "Weights held now: {\"A\": 0.2}", HelpName = "FILE.json" };
    private readonly Option<double?> _turnover = new("--max-turnover") { Description = "Largest sum of |w - current|; needs --current" };
    private readonly Option<double> _l2 = new("--l2") { Description = "Weight of the sum of squared weights" };
    private readonly Option<int?> _maxAssets = new("--max-assets") { Description = "Most assets held" };
    private readonly Option<double?> _minimumIfHeld = new("--min-weight-if-held") { Description = "Least weight of an asset that is held" };

    public ConstraintOptions(Command command)
    {
        foreach (var option in new Option[] { _bounds, _net, _sum, _gross, _assetBounds, _groups, _current, _turnover, _l2, _maxAssets, _minimumIfHeld })
        {
            command.Add(option);
        }
    }

    public WeightConstraints Read(ParseResult parse, CliContext context, IReadOnlyList<string> assets)
    {
        var files = new WeightFiles(context, assets);
        var (low, high) = parse.GetValue(_bounds) ?? (0, 1);
        double[] lower = [.. assets.Select(_ => low)];
        double[] upper = [.. assets.Select(_ => high)];
        if (parse.GetValue(_assetBounds) is { } bounds)
        {
            files.ReadBounds(bounds, lower, upper);
        }

        var turnover = parse.GetValue(_turnover);
        if (turnover is not null && parse.GetValue(_current) is null)
        {
            throw CommandException.BadInput("--max-turnover: needs the weights held now; give them with --current FILE.json");
        }

        return new WeightConstraints(lower, upper)
        {
            Sum = parse.GetValue(_sum),
            Net = parse.GetValue(_net),
            MaximumGross = parse.GetValue(_gross),
            Groups = parse.GetValue(_groups) is { } groups ? files.ReadGroups(groups) : [],
            Current = parse.GetValue(_current) is { } current ? files.ReadNumbers(current, 0) : null,
            MaximumTurnover = turnover,
            L2 = parse.GetValue(_l2),
            MaximumAssets = parse.GetValue(_maxAssets),
            MinimumIfHeld = parse.GetValue(_minimumIfHeld),
        };
    }
}
