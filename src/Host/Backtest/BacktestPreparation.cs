using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Backtest;

/// <summary>What the command line says beside the settings file.</summary>
/// <param name="Cash">As written: <c>X</c> for all accounts in equal parts, or <c>ACCOUNT=X</c>.</param>
public sealed record BacktestRequest(
    string? Portfolio, string PriceFile, DateOnly? From, DateOnly? To, BacktestCadence Every, IReadOnlyList<string> Cash, BacktestCosts Costs);

/// <summary>Makes the input of a backtest from settings and prices, or says what keeps it from being made.</summary>
public static class BacktestPreparation
{
    private const decimal UsualTicket = 1;

    /// <exception cref="CommandException">Something is missing or contradicts; every line says what to do.</exception>
    public static BacktestInput Prepare(LoadedConfiguration loaded, HistoryFile history, BacktestRequest request, Action<string> warn)
    {
        var portfolio = PortfolioOf(loaded.Configuration, request.Portfolio);
        var prices = Recorded(history.Table);
        var accounts = new List<BacktestAccount>();
        foreach (var account in portfolio.Accounts.Select(id => loaded.Configuration.Accounts.Single(account => account.Id == id)))
        {
            if (account.Venue == "manual")
            {
                warn($"{account.Id}: positions from a file are counted and never traded; the account is left out");
            }
            else
            {
                accounts.Add(Read(account, portfolio, prices));
            }
        }

        accounts = WithCash(accounts, request.Cash, portfolio.BaseCurrency);
        portfolio = portfolio with { Accounts = [.. accounts.Select(account => account.Id)] };
        RefuseWhatCannotBeTraded(portfolio, accounts, prices, request.PriceFile);
        var (first, last) = Rows(portfolio, accounts, prices, request);
        return new BacktestInput(portfolio, accounts, prices, first, last, request.Every, request.Costs);
    }

    private static PortfolioSettings PortfolioOf(RebalancerConfiguration configuration, string? id)
    {
        var ids = configuration.Portfolios.Select(portfolio => portfolio.Id).ToList();
        if (id is null && ids.Count > 1)
        {
            throw CommandException.BadInput($"--portfolio: the settings have several; name one of {string.Join(", ", ids)}");
        }

        return configuration.Portfolios.FirstOrDefault(portfolio => id is null || portfolio.Id == id)
            ?? throw CommandException.BadInput($"--portfolio: there is no \"{id}\"; did you mean \"{NearestName.Of(id ?? "", ids)}\"?");
    }

    private static RecordedPrices Recorded(HistoryTable table)
    {
        var columns = new SortedDictionary<string, decimal[]>(StringComparer.Ordinal);
        foreach (var (index, asset) in table.Assets.Index())
        {
            columns.Add(asset, [.. table.Columns[index].Select(price => double.IsNaN(price) ? 0 : Price(asset, price))]);
        }

        return new RecordedPrices(table.Times, columns);
    }

    private static decimal Price(string asset, double price) => price is > 0 and < 1e12
        ? (decimal)price
        : throw CommandException.BadInput(FormattableString.Invariant($"--prices: {asset} has a price of {price}; prices are above zero, a missing one is left blank"));

    private static BacktestAccount Read(AccountConfiguration account, PortfolioSettings portfolio, RecordedPrices prices)
    {
        var options = account.Venue == "simulated" ? SimulatedAccountOptions.Read(account.Options, account.Id, new InputErrors()) : null;
        var isBroker = options is null ? !account.Venue.StartsWith("ccxt:", StringComparison.Ordinal) : options.Kind == "broker";
        var columns = prices.Assets.Where(asset => asset != portfolio.BaseCurrency).ToList();
        var listed = account.Assets.Count > 0 ? account.Assets : VenueRules.AssetsOf(account) ?? columns;
        var traded = columns.Intersect(listed, StringComparer.Ordinal).ToList();

        // A simulated venue lists a dozen assets of its own; a history of others is traded all the same.
        return new BacktestAccount(
            account.Id, isBroker ? "broker" : "exchange", traded.Count > 0 || account.Assets.Count > 0 ? traded : columns,
            options?.Balances ?? new SortedDictionary<string, decimal>(StringComparer.Ordinal), isBroker ? options?.TicketFee ?? UsualTicket : 0,
            account.Reserve, account.Taxable);
    }

    private static List<BacktestAccount> WithCash(List<BacktestAccount> accounts, IReadOnlyList<string> cash, string currency)
    {
        foreach (var entry in cash)
        {
            var parts = entry.Split('=', 2);
            if (!DecimalText.TryParse(parts[^1], out var amount) || amount <= 0)
            {
                throw CommandException.BadInput($"--cash: '{entry}' is not an amount above zero; write 100000, or ACCOUNT=100000");
            }

            if (parts.Length == 2 && accounts.TrueForAll(account => account.Id != parts[0]))
            {
                throw CommandException.BadInput($"--cash: there is no account {parts[0]}; accounts are {string.Join(", ", accounts.Select(account => account.Id))}");
            }

            accounts = [.. accounts.Select(account => parts.Length == 2 && account.Id != parts[0] ? account : account with
            {
                Balances = new SortedDictionary<string, decimal>(StringComparer.Ordinal)
                {
                    [currency] = parts.Length == 2 ? amount : decimal.Round(amount / accounts.Count, 2, MidpointRounding.ToZero),
                },
            })];
        }

        var poor = accounts.Where(account => account.Balances.Values.Sum() <= 0).Select(account => account.Id).ToList();
        return poor.Count == 0
            ? accounts
            : throw CommandException.BadInput($"--cash: it is not known what {string.Join(" and ", poor)} would start with; give --cash 100000 for all, or --cash {poor[0]}=100000");
    }

    private static void RefuseWhatCannotBeTraded(PortfolioSettings portfolio, List<BacktestAccount> accounts, RecordedPrices prices, string file)
    {
        var traded = new SortedSet<string>(accounts.SelectMany(account => account.Assets), StringComparer.Ordinal);
        var faults = Named(portfolio).Where(asset => !traded.Contains(asset)).Select(asset => prices.Knows(asset)
            ? $"{asset} has a target, but no account of the portfolio trades it; add it to the assets of one"
            : $"{file}:1: {asset} has a target, but the file has no column of it; add one, or drop the target").ToList();
        faults.AddRange(accounts.SelectMany(account => account.Balances.Keys.Where(asset => asset != portfolio.BaseCurrency && !prices.Knows(asset))
            .Select(asset => $"{file}:1: {account.Id} starts with {asset}, but the file has no column of it; add one, or give --cash {account.Id}=X")));
        if (faults.Count > 0)
        {
            throw CommandException.BadInput(faults);
        }
    }

    private static IEnumerable<string> Named(PortfolioSettings portfolio) =>
        portfolio.Targets.Weights.Keys.Concat(portfolio.Targets.Assets).Where(asset => asset != portfolio.BaseCurrency).Distinct(StringComparer.Ordinal);

    /// <summary>The first row at which everything with a target or in an account has a price, and computed targets their history.</summary>
    private static (int First, int Last) Rows(PortfolioSettings portfolio, List<BacktestAccount> accounts, RecordedPrices prices, BacktestRequest request)
    {
        var needed = Named(portfolio).Concat(accounts.SelectMany(account => account.Balances.Keys)).Where(prices.Knows).Distinct(StringComparer.Ordinal).ToList();
        var last = request.To is { } to ? prices.RowAt(Midnight(to) + RecordedPrices.DayDueAt) : prices.Rows.Count - 1;
        var listed = Enumerable.Range(0, prices.Rows.Count).FirstOrDefault(row => needed.TrueForAll(asset => prices.LastPriced(asset, row) >= 0), prices.Rows.Count);
        var lookback = portfolio.Targets.Computed is { NeedsHistory: true } computed ? computed.MinHistoryDays ?? computed.LookbackDays : 0;
        var earliest = listed < prices.Rows.Count ? FirstFrom(prices, prices.Rows[listed].AddDays(lookback)) : listed;
        if (earliest >= prices.Rows.Count)
        {
            throw CommandException.BadInput($"{request.PriceFile}: there is no day on which all of {string.Join(", ", needed)} have a price and {lookback} days of history; give a longer file");
        }

        var first = request.From is { } from ? FirstFrom(prices, Midnight(from)) : earliest;
        if (first < earliest)
        {
            throw CommandException.BadInput($"--from: the first day on which everything has its prices is {prices.Rows[earliest]:yyyy-MM-dd}; begin then or later");
        }

        return last - first >= 2
            ? (first, last)
            : throw CommandException.BadInput($"--from and --to: there are {Math.Max(0, last - first + 1)} rows between them, and 3 are needed; the file goes from {prices.Rows[0]:yyyy-MM-dd} to {prices.Rows[^1]:yyyy-MM-dd}");
    }

    private static int FirstFrom(RecordedPrices prices, DateTimeOffset moment) =>
        Enumerable.Range(0, prices.Rows.Count).FirstOrDefault(row => prices.Rows[row] >= moment, prices.Rows.Count);

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
