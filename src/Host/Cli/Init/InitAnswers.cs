namespace Rebalancer.Host.Cli.Init;

/// <summary>What a newcomer has decided; null where it is still to be asked.</summary>
public sealed record InitAnswers(PortfolioPreset? Portfolio, IReadOnlyList<AccountPreset>? Accounts, StrategyPreset? Strategy)
{
    /// <summary>Assets of the portfolio that none of the accounts trades.</summary>
    public IReadOnlyList<string> Homeless => Portfolio is null || Accounts is null
        ? []
        : [.. Portfolio.Weights.Select(weight => weight.Asset).Where(asset => !Accounts.Any(account => account.Assets.Contains(asset, StringComparer.Ordinal)))];

    /// <summary>Assets of the portfolio for which the accounts that trade them have too little money, with what is lacking for them.</summary>
    public decimal OutOfReach()
    {
        var total = Accounts!.Sum(account => account.Cash);
        var groups = Portfolio!.Weights.GroupBy(weight => string.Join(' ', Accounts!.Where(account => account.Assets.Contains(weight.Asset, StringComparer.Ordinal)).Select(account => account.Id)), StringComparer.Ordinal);
        return groups.Sum(group => Math.Max(0, (group.Sum(weight => weight.Weight) * total)
            - Accounts!.Where(account => group.Key.Split(' ').Contains(account.Id, StringComparer.Ordinal)).Sum(account => account.Cash)));
    }
}
