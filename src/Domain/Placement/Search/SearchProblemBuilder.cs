using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>Lays a portfolio out in the arrays of <see cref="SearchProblem"/>.</summary>
internal sealed class SearchProblemBuilder(Portfolio portfolio)
{
    private readonly IReadOnlyList<TradeOption> _options = portfolio.Options;
    private readonly PlacementProblem _problem = portfolio.Problem;

    public SearchProblem Build()
    {
        var assets = new SortedSet<string>(_options.Select(option => option.Asset), StringComparer.Ordinal).ToList();
        var assetIndex = assets.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var most = Most();
        var rows = new ResourceRows(portfolio, most);
        return new SearchProblem
        {
            Portfolio = portfolio,
            DeviationWeight = (double)_problem.DeviationWeight,
            OrderPenalty = (double)_problem.OrderPenalty,
            AccountCount = portfolio.Accounts.Count,
            AccountValue = (double)portfolio.TotalValue / Math.Max(1, portfolio.Accounts.Count),
            Assets = assets,
            Lot = [.. _options.Select(option => (double)option.LotValue)],
            IsWhole = [.. _options.Select(option => option.IsWhole)],
            Least = [.. _options.Select(option => (double)(option.MinLots * option.LotValue))],
            Most = most,
            Rate = [.. _options.SelectMany(Rates)],
            Ticket = [.. _options.Select(option => (double)(option.Market.TicketFee + _problem.OrderPenalty))],
            Account = [.. _options.Select(option => option.AccountIndex)],
            Asset = [.. _options.Select(option => assetIndex[option.Asset])],
            Pair = Pairs(),
            Deviation = DeviationEntries(most),
            Resource = rows.Entries,
            Room = rows.Room,
            RowAccount = rows.Account,
            Gap = [.. portfolio.Rows.Select(row => (double)row.Gap)],
            Band = new double[portfolio.Rows.Count],
            Stranding = [.. portfolio.Trades.Pairs.Select(Stranding)],
            Taxes = TaxLots(),
            OneDirectionPerAsset = _problem.OneDirectionPerAsset,
            ForbidsWashSales = _problem.Taxes is { WashSaleDays: > 0 },
            LossForbidden = [.. assets.Select(asset => WashSaleWindow.ForbidsLosses(_problem, asset))],
            GainBudget = GainBudget(),
            FullGainBudget = (double?)_problem.Taxes?.GainBudget ?? double.PositiveInfinity,
        };
    }

    private double[] Most() =>
    [
        .. _options.SelectMany(option => new[]
        {
            option.CanBuy ? (double)(option.BuyMaxLots * option.LotValue) : 0,
            option.CanSell ? (double)(option.SellMaxLots * option.LotValue) : 0,
        }),
    ];

    private double[] Rates(TradeOption option)
    {
        var preference = LocationPreference.Of(portfolio, option);
        return [(double)(option.CostRate + preference), (double)(option.CostRate - preference)];
    }

    private int[] Pairs()
    {
        var pairs = new int[_options.Count];
        foreach (var (index, options) in portfolio.Trades.Pairs.Index())
        {
            foreach (var option in options)
            {
                pairs[option.Index] = index;
            }
        }

        return pairs;
    }

    private SideEntries DeviationEntries(double[] most)
    {
        var entries = new SideEntriesBuilder();
        foreach (var option in _options)
        {
            foreach (var isBuy in new[] { true, false })
            {
                if (most[(2 * option.Index) + (isBuy ? 0 : 1)] > 0)
                {
                    foreach (var move in SideMove.Of(option, isBuy))
                    {
                        foreach (var exposure in portfolio.ExposuresOf(move.Asset))
                        {
                            var share = (double)exposure.Share;
                            entries.Add(exposure.Row, move.PerValue * share, move.PerOrder * share);
                        }
                    }
                }

                entries.EndSide();
            }
        }

        return entries.Build();
    }

    private (double From, double To) Stranding(IReadOnlyList<TradeOption> pair) => FullClose.Of(portfolio, pair) is not { } close ? (0, 0)
        : ((double)(Math.Max(0, close.Holding - close.Smallest) * pair[0].Price), close.CanClose ? (double)(close.Holding * pair[0].Price) : double.PositiveInfinity);

    private TaxSchedule TaxLots()
    {
        var (starts, ends, taxes, gains, lossFree) = (new List<int> { 0 }, new List<double>(), new List<double>(), new List<double>(), new List<double>());
        foreach (var options in portfolio.Trades.Pairs)
        {
            var option = options[0];
            var (end, beforeLoss) = (0m, double.PositiveInfinity);
            foreach (var lot in options.Any(candidate => candidate.CanSell) ? portfolio.LotsOf(option.AccountIndex, option.Asset) : [])
            {
                beforeLoss = lot.Gain < 0 && double.IsPositiveInfinity(beforeLoss) ? (double)end : beforeLoss;
                end += lot.Quantity * option.Price;
                ends.Add((double)end);
                taxes.Add((double)(lot.Tax / option.Price));
                gains.Add((double)(lot.Gain / option.Price));
            }

            starts.Add(ends.Count);
            lossFree.Add(beforeLoss);
        }

        return new TaxSchedule([.. starts], [.. ends], [.. taxes], [.. gains], [.. lossFree]);
    }

    /// <summary>Less what rounding of fractional sells may add, as in the exact model.</summary>
    private double GainBudget() => _problem.Taxes?.GainBudget is not { } budget ? double.PositiveInfinity
        : (double)(budget >= 0 ? Math.Max(0, budget - Rounding.MostGainOf(portfolio)) : budget);
}
