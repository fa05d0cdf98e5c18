using System.CommandLine;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options that constrain weights.</summary>
internal sealed class ConstraintOptions
{
    private readonly Option<WeightRange?> _bounds = RangeOption.Create("--bounds", "Bounds of every weight; by default 0:1");
    private readonly Option<WeightRange?> _net = RangeOption.Create("--net", "Range of the sum of weights, in place of --sum");
    private readonly Option<double> _sum = new("--sum") { Description = "What the weights add up to", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _gross = new("--gross-max") { Description = "Largest sum of absolute weights" };
    private readonly Option<string?> _assetBounds = new("--asset-bounds") { Description = "Bounds by asset: {\"A\": [0.05, 0.4]}", HelpName = "FILE.json" };
    private readonly Option<string?> _groups = new("--groups") { Description = "Groupings with limits", HelpName = "FILE.json" };
    private readonly Option<string?> _current = new("--current") { Description = "Weights held now: {\"A\": 0.2}", HelpName = "FILE.json" };
    private readonly Option<double?> _turnover = new("--max-turnover") { Description = "Largest sum of |w - current|; needs --current" };
    private readonly Option<double> _cost = new("--transaction-cost") { Description = "Cost of what is traded, as a share of it; needs --current" };
    private readonly Option<double> _l2 = new("--l2") { Description = "Weight of the sum of squared weights" };
    private readonly Option<int?> _maxAssets = new("--max-assets") { Description = "Most assets held" };
    private readonly Option<double?> _minimumIfHeld = new("--min-weight-if-held") { Description = "Least weight of an asset that is held" };

    public ConstraintOptions(Command command)
    {
        foreach (var option in new Option[] { _bounds, _net, _sum, _gross, _assetBounds, _groups, _current, _turnover, _cost, _l2, _maxAssets, _minimumIfHeld })
        {
            command.Add(option);
        }
    }

    public OptimisationOptions Read(ParseResult parse, WeightFiles files, OptimisationOptions options)
    {
        foreach (var (isGiven, name) in new[] { (parse.GetValue(_turnover) is not null, _turnover.Name), (parse.GetValue(_cost) > 0, _cost.Name) })
        {
            if (isGiven && parse.GetValue(_current) is null)
            {
                throw CommandException.BadInput($"{name}: needs the weights held now; give them with --current FILE.json");
            }
        }

        return options with
        {
            Bounds = parse.GetValue(_bounds) ?? options.Bounds,
            AssetBounds = parse.GetValue(_assetBounds) is { } bounds ? files.Read(bounds, (json, root) => json.Bounds(root)) : options.AssetBounds,
            Groups = parse.GetValue(_groups) is { } groups ? files.Read(groups, (json, root) => json.Groups(root)) : [],
            Net = parse.GetValue(_net),
            Sum = parse.GetValue(_sum),
            GrossMax = parse.GetValue(_gross),
            MaxTurnover = parse.GetValue(_turnover),
            TransactionCost = parse.GetValue(_cost),
            L2 = parse.GetValue(_l2),
            MaxAssets = parse.GetValue(_maxAssets),
            MinWeightIfHeld = parse.GetValue(_minimumIfHeld),
        };
    }

    /// <summary>Weights held now; null when they are not given.</summary>
    public SortedDictionary<string, double>? Current(ParseResult parse, WeightFiles files) =>
        parse.GetValue(_current) is { } path ? files.Read(path, (json, root) => json.Numbers(root)) : null;
}
