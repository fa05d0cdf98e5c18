namespace Rebalancer.Emulators.Books;

/// <summary>Who has how much of what, and how much of it open orders hold.</summary>
internal sealed class Ledger
{
    private readonly SortedDictionary<(string Account, string Asset), (decimal Total, decimal Locked)> _balances = [];

    public decimal Free(string account, string asset) => Of(account, asset) is var (total, locked) ? total - locked : 0;

    public IReadOnlyList<BookBalance> Balances(string account) =>
        [.. _balances.Where(entry => entry.Key.Account == account)
            .Select(entry => new BookBalance(entry.Key.Asset, entry.Value.Total - entry.Value.Locked, entry.Value.Locked))];

    public decimal Change(string account, string asset, decimal amount)
    {
        var (total, locked) = Of(account, asset);
        _balances[(account, asset)] = (total + amount, locked);
        return total + amount;
    }

    public void Lock(string account, string asset, decimal amount)
    {
        var (total, locked) = Of(account, asset);
        _balances[(account, asset)] = (total, locked + amount);
    }

    private (decimal Total, decimal Locked) Of(string account, string asset) => _balances.GetValueOrDefault((account, asset));
}
