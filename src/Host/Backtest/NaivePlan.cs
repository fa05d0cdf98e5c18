using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Backtest;

/// <summary>
/// What many people do: every account is rebalanced by itself to the same targets, as far as it trades them. The targets are scaled up to the
/// same share invested; an account that trades none of them keeps its cash.
/// </summary>
internal static class NaivePlan
{
    public static IReadOnlyList<PortfolioSettings> Of(PortfolioSettings portfolio, IReadOnlyList<BacktestAccount> accounts) =>
        [.. accounts.Select(account => Alone(portfolio, account)).OfType<PortfolioSettings>()];

    private static PortfolioSettings? Alone(PortfolioSettings portfolio, BacktestAccount account)
    {
        var targets = portfolio.Targets;
        var traded = targets.Weights.Where(weight => account.Assets.Contains(weight.Key, StringComparer.Ordinal)).ToList();
        var sum = traded.Sum(weight => weight.Value);
        var scale = sum == 0 ? 0 : targets.Weights.Values.Sum() / sum;
        var alone = targets with
        {
            Weights = new SortedDictionary<string, decimal>(
                traded.ToDictionary(weight => weight.Key, weight => decimal.Round(weight.Value * scale, 12, MidpointRounding.ToZero), StringComparer.Ordinal), StringComparer.Ordinal),
            Assets = [.. targets.Assets.Intersect(account.Assets, StringComparer.Ordinal)],
        };
        var settings = portfolio with { Id = $"{portfolio.Id}-{account.Id}", Targets = alone, Accounts = [account.Id] };
        return (alone.Weights.Count > 0 || alone.Assets.Count > 0 || alone.Computed?.Every is not null) && SettingsRules.Check(settings).Count == 0 ? settings : null;
    }
}
