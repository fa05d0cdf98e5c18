using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The rows "room ≥ 0" of a portfolio: balances, cash to keep, cash at hand where proceeds may not be used, holdings over several markets,
/// the common reserve and every cap. Rows that no trades could break are left out.
/// </summary>
internal sealed class ResourceRows
{
    // A row that the largest trades only just use up is no restriction; sums of doubles are off by less than this.
    private const double RelativeError = 1e-12;

    private readonly Portfolio _portfolio;
    private readonly List<double> _room = [];
    private readonly List<int> _account = [];
    private readonly Dictionary<(int Account, string Asset), List<Membership>> _memberships = [];

    public ResourceRows(Portfolio portfolio, double[] most)
    {
        _portfolio = portfolio;
        foreach (var (index, account) in portfolio.Accounts.Index().Where(entry => !entry.Item.Frozen))
        {
            AddAccount(account, index);
        }

        AddCommonReserve();
        AddCaps();
        (Entries, Room, Account) = Prune(CollectEntries(most), most);
    }

    /// <summary>A balance counts in a row, times a factor; perhaps only what goes out of it.</summary>
    private readonly record struct Membership(int Row, double Factor, bool OutflowOnly);

    public SideEntries Entries { get; }

    public double[] Room { get; }

    public int[] Account { get; }

    private void AddAccount(PlacementAccount account, int index)
    {
        var currencies = _portfolio.AssetsOf(account).Where(_portfolio.IsFreeCash).ToList();
        var free = (double)(_portfolio.Cash(account) - _portfolio.CashToKeep(account));
        var isOneRow = currencies.Count == 1 && free >= 0;
        foreach (var asset in _portfolio.BalancesOf(account))
        {
            var balance = (double)(_portfolio.Balance(account, asset) * _portfolio.Price(asset));

            // With a single currency the balance and the cash to keep are the same row, and the narrower floor is the one that counts.
            var room = isOneRow && asset == currencies[0] ? free : balance;
            if (_portfolio.IsSpendable(asset))
            {
                AddRow(room, index, index, [asset]);
            }

            if (!_portfolio.IsSpendable(asset) || !account.UseProceeds)
            {
                AddRow(Math.Max(0, room), index, index, [asset], outflowOnly: true);
            }
        }

        if (_portfolio.CashToKeep(account) > 0 && !isOneRow)
        {
            AddRow(free, index, index, currencies);
            if (!account.UseProceeds)
            {
                AddRow(Math.Max(0, free), index, index, currencies, outflowOnly: true);
            }
        }
    }

    private void AddCommonReserve()
    {
        if (_portfolio.Problem.CashReserve <= 0)
        {
            return;
        }

        var cash = _portfolio.Accounts.Sum(account => _portfolio.Cash(account) - _portfolio.Problem.Withdraw.GetValueOrDefault(account.Id));
        var row = NewRow((double)(cash - _portfolio.Problem.CashReserve), SearchProblem.CommonReserve);
        foreach (var (index, account) in _portfolio.Accounts.Index().Where(entry => !entry.Item.Frozen))
        {
            foreach (var currency in _portfolio.AssetsOf(account).Where(_portfolio.IsFreeCash))
            {
                Join(index, currency, new Membership(row, 1, OutflowOnly: false));
            }
        }
    }

    private void AddCaps()
    {
        foreach (var cap in ValueCap.Of(_portfolio.Problem, _portfolio.TotalValue))
        {
            var (row, value) = (NewRow(0, SearchProblem.Cap), 0m);
            var covered = new SortedSet<string>(cap.Assets, StringComparer.Ordinal);
            foreach (var index in cap.Accounts)
            {
                var account = _portfolio.Accounts[index];
                foreach (var asset in _portfolio.AssetsOf(account).Where(asset => covered.Count == 0 ? !_portfolio.IsFreeCash(asset) : covered.Contains(asset)))
                {
                    value += _portfolio.Balance(account, asset) * _portfolio.Price(asset);
                    Join(index, asset, new Membership(row, -1, OutflowOnly: false));
                }
            }

            _room[row] = (double)(cap.Largest - value);
        }
    }

    private void AddRow(double room, int owner, int account, IReadOnlyList<string> assets, bool outflowOnly = false)
    {
        var row = NewRow(room, owner);
        foreach (var asset in assets)
        {
            Join(account, asset, new Membership(row, 1, outflowOnly));
        }
    }

    private int NewRow(double room, int owner)
    {
        _room.Add(room);
        _account.Add(owner);
        return _room.Count - 1;
    }

    private void Join(int account, string asset, Membership membership)
    {
        if (!_memberships.TryGetValue((account, asset), out var rows))
        {
            _memberships[(account, asset)] = rows = [];
        }

        rows.Add(membership);
    }

    private SideEntries CollectEntries(double[] most)
    {
        var entries = new SideEntriesBuilder();
        foreach (var option in _portfolio.Options)
        {
            foreach (var isBuy in new[] { true, false })
            {
                if (most[(2 * option.Index) + (isBuy ? 0 : 1)] > 0)
                {
                    AddMoves(entries, option, isBuy);
                }

                entries.EndSide();
            }
        }

        return entries.Build();
    }

    private void AddMoves(SideEntriesBuilder entries, TradeOption option, bool isBuy)
    {
        foreach (var move in SideMove.Of(option, isBuy))
        {
            foreach (var membership in _memberships.GetValueOrDefault((option.AccountIndex, move.Asset)) ?? [])
            {
                var (perValue, perOrder) = membership.OutflowOnly ? (Math.Min(0, move.PerValue), Math.Min(0, move.PerOrder)) : (move.PerValue, move.PerOrder);
                if (perValue != 0 || perOrder != 0)
                {
                    entries.Add(membership.Row, perValue * membership.Factor, perOrder * membership.Factor);
                }
            }
        }
    }

    /// <summary>Leaves out rows that all trades together, each at its largest, cannot break.</summary>
    private (SideEntries Entries, double[] Room, int[] Account) Prune(SideEntries all, double[] most)
    {
        var worst = new double[_room.Count];
        for (var side = 0; side < most.Length; side++)
        {
            for (var entry = all.Start[side]; entry < all.Start[side + 1]; entry++)
            {
                worst[all.Row[entry]] += Math.Max(0, -all.PerValue[entry] * most[side]) + Math.Max(0, -all.PerOrder[entry]);
            }
        }

        var kept = Enumerable.Range(0, _room.Count).Where(row => _room[row] < 0 || worst[row] > _room[row] * (1 + RelativeError)).ToList();
        var newRow = Enumerable.Repeat(-1, _room.Count).ToArray();
        foreach (var (index, row) in kept.Index())
        {
            newRow[row] = index;
        }

        var entries = new SideEntriesBuilder();
        for (var side = 0; side < most.Length; side++)
        {
            for (var entry = all.Start[side]; entry < all.Start[side + 1]; entry++)
            {
                if (newRow[all.Row[entry]] >= 0)
                {
                    entries.Add(newRow[all.Row[entry]], all.PerValue[entry], all.PerOrder[entry]);
                }
            }

            entries.EndSide();
        }

        return (entries.Build(), [.. kept.Select(row => _room[row])], [.. kept.Select(row => _account[row])]);
    }
}
