namespace Rebalancer.Domain.Placement.Positions;

/// <summary>Makes a placement problem of a broker's positions: whole shares, no fees, no half-spread, no price on orders.</summary>
public static class PositionsProblem
{
    public static PlacementProblem Create(PositionsRequest request)
    {
        var prices = new SortedDictionary<string, decimal>(request.Prices);
        foreach (var position in request.Positions.Where(position => position.Symbol != PositionsRequest.BaseCurrency))
        {
            prices.TryAdd(position.Symbol, position.Price);
        }

        prices.Remove(PositionsRequest.BaseCurrency);
        var traded = new SortedSet<string>(request.Targets.Keys.Concat(request.Positions.Select(position => position.Symbol)).Where(prices.ContainsKey));
        return new PlacementProblem
        {
            AsOf = request.AsOf,
            BaseCurrency = PositionsRequest.BaseCurrency,
            Targets = request.Targets,
            Prices = prices,
            Withdraw = request.Withdraw,
            Accounts = [.. Accounts(request).Select(account => CreateAccount(request, account, traded))],
            Objective = request.Objective,
            OrderPenalty = 0,
        };
    }

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<string> Accounts(PositionsRequest request) => [.. request.Positions.Select(position => position.Account).Distinct()];

    private static PlacementAccount CreateAccount(PositionsRequest request, string account, SortedSet<string> traded)
    {
        var cash = request.Invest.GetValueOrDefault(account);
        var holdings = new SortedDictionary<string, decimal>();
        foreach (var position in request.Positions.Where(position => position.Account == account))
        {
            if (position.Symbol == PositionsRequest.BaseCurrency)
            {
                cash += position.Value;
            }
            else
            {
                holdings[position.Symbol] = position.Quantity;
            }
        }

        return new PlacementAccount
        {
            Id = account,
            Cash = new SortedDictionary<string, decimal> { [PositionsRequest.BaseCurrency] = cash },
            Holdings = holdings,
            Markets =
            [
                .. traded.Select(asset => new PlacementMarket { Asset = asset, Quote = PositionsRequest.BaseCurrency, LotSize = 1, HalfSpread = 0 }),
            ],
        };
    }
}
