using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Portfolios.Taxes;

/// <summary>
/// The tax lots of all accounts and what was bought and realised lately, rolled forward by what accounts report of their orders: a buy adds a lot at
/// what it cost with its fees, a sale uses lots up by the tax method. Journaled with every decision, so that a decision is made from its own event.
/// </summary>
public sealed record TaxBook
{
    // Venues round fees to their own digits; what is off by less is still the lots' holding.
    private const decimal RoundingShare = 0.000001m;

    public static TaxBook Empty { get; } = new();

    /// <summary>Account → asset → lots, as the account's file said last. Lots it says anew replace what was kept.</summary>
    public SortedDictionary<string, SortedDictionary<string, IReadOnlyList<TaxLot>>> Given { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Account → asset → what is left of the lots given, and what was bought since.</summary>
    public SortedDictionary<string, SortedDictionary<string, IReadOnlyList<TaxLot>>> Lots { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Oldest first. A sale that took gains and losses is two of them, since one loss is enough for a wash sale.</summary>
    public IReadOnlyList<RecentTrade> Recent { get; init; } = [];

    /// <summary>In base currency, at the last decision: what money and fees of its executions are worth.</summary>
    public SortedDictionary<string, decimal> Prices { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Currencies, which have no lots.</summary>
    public IReadOnlyList<string> Money { get; init; } = [];

    public TaxLotMethod Method { get; init; } = TaxLotMethod.Hifo;

    /// <summary>Accounts whose gains and losses are nobody's business, though what they buy is.</summary>
    public IReadOnlyList<string> Untaxed { get; init; } = [];

    /// <summary>True where nothing was given and nothing happened.</summary>
    public bool IsEmpty => Given.Count == 0 && Lots.Count == 0 && Recent.Count == 0;

    /// <summary>What a decision starts from: lots that files say anew, and trades that are still within the wash-sale window.</summary>
    public TaxBook For(DecisionRequest request, SortedDictionary<string, PricePoint> prices)
    {
        var (given, lots) = (Copy(Given), Copy(Lots));
        foreach (var reading in request.Accounts.Select(account => account.Reading))
        {
            var before = given.GetValueOrDefault(reading.Id) ?? [];
            foreach (var (asset, found) in reading.Lots.Where(entry => !entry.Value.SequenceEqual(before.GetValueOrDefault(entry.Key) ?? [])))
            {
                Of(lots, reading.Id)[asset] = found;
                Of(given, reading.Id)[asset] = found;
            }
        }

        var since = DateOnly.FromDateTime(request.At.UtcDateTime).AddDays(-(request.Settings.Taxes?.WashSaleDays ?? 0));
        return this with
        {
            Given = given,
            Lots = lots,
            Recent = [.. Recent.Where(trade => trade.Date >= since)],
            Prices = new(prices.ToDictionary(price => price.Key, price => price.Value.Price), StringComparer.Ordinal),
            Money = [.. prices.Keys.Where(request.IsCurrency)],
            Method = request.Settings.Taxes?.Method ?? Method,
            Untaxed = [.. request.Accounts.Where(account => !account.Reading.Taxable).Select(account => account.Reading.Id)],
        };
    }

    /// <summary>The lots of a holding; null where they do not add up to it, so that what it cost is not known.</summary>
    public IReadOnlyList<TaxLot>? LotsOf(string account, string asset, decimal held)
    {
        var lots = Kept(account, asset);
        var rest = held - lots.Sum(lot => lot.Quantity);
        if (rest == 0)
        {
            return lots;
        }

        return lots.MaxBy(lot => lot.Quantity) is { } largest && Math.Abs(rest) <= held * RoundingShare && largest.Quantity + rest > 0
            ? [.. lots.Select(lot => ReferenceEquals(lot, largest) ? lot with { Quantity = lot.Quantity + rest } : lot)]
            : null;
    }

    /// <summary>Units of a holding of which the cost is known.</summary>
    public decimal Known(string account, string asset) => Kept(account, asset).Sum(lot => lot.Quantity);

    public TaxBook After(AccountExecutionReported report)
    {
        var book = this;
        foreach (var outcome in report.Outcomes.Where(outcome => outcome.Filled > 0 && !Money.Contains(outcome.Market.Asset)))
        {
            book = Execution.Book(book, report.AccountId, outcome, DateOnly.FromDateTime(report.At.UtcDateTime));
        }

        return book;
    }

    /// <summary>Without the lots of an account that left; what it traded lately still counts for wash sales.</summary>
    public TaxBook Without(string account)
    {
        var (given, lots) = (Copy(Given), Copy(Lots));
        given.Remove(account);
        lots.Remove(account);
        return this with { Given = given, Lots = lots };
    }

    internal IReadOnlyList<TaxLot> Kept(string account, string asset) => Lots.GetValueOrDefault(account)?.GetValueOrDefault(asset) ?? [];

    internal TaxBook With(string account, string asset, IReadOnlyList<TaxLot> kept)
    {
        var lots = Copy(Lots);
        Of(lots, account)[asset] = kept;
        return this with { Lots = lots };
    }

    /// <summary>Takes units from the lots by the tax method.</summary>
    /// <returns>What is left, and what was taken; less than was asked for where the lots do not suffice.</returns>
    internal (IReadOnlyList<TaxLot> Left, IReadOnlyList<TaxLot> Taken) Take(string account, string asset, decimal quantity)
    {
        var (left, taken) = (new List<TaxLot>(), new List<TaxLot>());
        foreach (var lot in LotQueue.InOrder(Method, Kept(account, asset)))
        {
            var used = Math.Min(quantity, lot.Quantity);
            quantity -= used;
            if (used > 0)
            {
                taken.Add(lot with { Quantity = used });
            }

            if (used < lot.Quantity)
            {
                left.Add(lot with { Quantity = lot.Quantity - used });
            }
        }

        return (left, taken);
    }

    private static SortedDictionary<string, IReadOnlyList<TaxLot>> Of(SortedDictionary<string, SortedDictionary<string, IReadOnlyList<TaxLot>>> accounts, string account)
    {
        if (!accounts.TryGetValue(account, out var assets))
        {
            accounts[account] = assets = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal);
        }

        return assets;
    }

    private static SortedDictionary<string, SortedDictionary<string, IReadOnlyList<TaxLot>>> Copy(SortedDictionary<string, SortedDictionary<string, IReadOnlyList<TaxLot>>> accounts) =>
        new(accounts.ToDictionary(entry => entry.Key, entry => new SortedDictionary<string, IReadOnlyList<TaxLot>>(entry.Value, StringComparer.Ordinal)), StringComparer.Ordinal);
}
