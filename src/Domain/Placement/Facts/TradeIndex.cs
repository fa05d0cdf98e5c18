namespace Rebalancer.Domain.Placement.Facts;

/// <summary>The trade options by account, by asset and by pair, in their own order, so that nobody looks through all of them for a few.</summary>
internal sealed class TradeIndex
{
    private readonly IReadOnlyList<TradeOption>[] _byAccount;
    private readonly Dictionary<string, IReadOnlyList<TradeOption>> _byAsset = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Account, string Asset), IReadOnlyList<TradeOption>> _byPair = [];

    public TradeIndex(int accounts, IReadOnlyList<TradeOption> options)
    {
        _byAccount = [.. Enumerable.Repeat<IReadOnlyList<TradeOption>>([], accounts)];
        foreach (var group in options.GroupBy(option => option.AccountIndex))
        {
            _byAccount[group.Key] = [.. group];
        }

        foreach (var group in options.GroupBy(option => option.Asset, StringComparer.Ordinal))
        {
            _byAsset[group.Key] = [.. group];
        }

        Pairs = [.. options.GroupBy(option => (option.AccountIndex, option.Asset)).Select(group => (IReadOnlyList<TradeOption>)[.. group])];
        foreach (var pair in Pairs)
        {
            _byPair[(pair[0].AccountIndex, pair[0].Asset)] = pair;
        }
    }

    /// <summary>All markets of one asset in one account, for every (account, asset) that has any, in the order of the options.</summary>
    public IReadOnlyList<IReadOnlyList<TradeOption>> Pairs { get; }

    public IReadOnlyList<TradeOption> Of(int account) => _byAccount[account];

    public IReadOnlyList<TradeOption> Of(string asset) => _byAsset.GetValueOrDefault(asset) ?? [];

    public IReadOnlyList<TradeOption> Of(int account, string asset) => _byPair.GetValueOrDefault((account, asset)) ?? [];
}
