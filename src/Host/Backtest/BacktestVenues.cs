using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Backtest;

/// <summary>The simulated venues at recorded prices, one an account, and a ledger of what was filled.</summary>
internal sealed class BacktestVenues
{
    private readonly SortedDictionary<string, SimulatedDesk> _desks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PendingCallsVenue> _opened = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, OrderRequest> _requests = new(StringComparer.Ordinal);
    private readonly RecordedPrices _prices;
    private readonly string _currency;

    public BacktestVenues(BacktestInput input, TimeProvider clock)
    {
        (_prices, _currency) = (input.Prices, input.Portfolio.BaseCurrency);
        var noise = new SeededNoise(input.Seed);
        foreach (var account in input.Accounts)
        {
            var exchange = new SimulatedExchange(Settings(account, input), noise, input.Prices, Record);
            var desk = new SimulatedDesk(exchange, clock, noise);
            _desks.Add(account.Id, desk);
            desk.Operate((venue, now) =>
            {
                venue.OpenAccount(account.Id, account.Balances, now);
                return now;
            });
        }
    }

    public List<BacktestFill> Fills { get; } = [];

    /// <summary>Whether a venue has yet to answer a call.</summary>
    public bool HasPendingCalls => _opened.Values.Any(venue => venue.PendingCalls > 0);

    public IVenue Open(string account, TimeProvider clock) => _opened[account] = new PendingCallsVenue(new SimulatedVenue(_desks[account], account, clock));

    /// <summary>Of every account, by account and asset.</summary>
    public SortedDictionary<string, SortedDictionary<string, decimal>> Holdings()
    {
        var holdings = new SortedDictionary<string, SortedDictionary<string, decimal>>(StringComparer.Ordinal);
        foreach (var (account, desk) in _desks)
        {
            var book = desk.Operate((exchange, now) => exchange.View(account, now));
            holdings[account] = new SortedDictionary<string, decimal>(
                book.Balances.ToDictionary(balance => balance.Key, balance => balance.Value.Total, StringComparer.Ordinal), StringComparer.Ordinal);
        }

        return holdings;
    }

    private static SimulatedExchangeSettings Settings(BacktestAccount account, BacktestInput input) => new()
    {
        Name = $"{account.Id}-venue",
        Kind = account.Kind,
        Currencies = [input.Portfolio.BaseCurrency],
        ClientIds = ClientIdReuse.Refused,
        Latency = new SimulatedLatency(input.Costs.Latency, input.Costs.Latency, TimeSpan.Zero),
        SubmitsPerSecond = account.IsBroker ? 3 : 10,
        Markets = [.. account.Assets.Select(asset => Market(account, asset, input))],
    };

    /// <summary>Whole shares at brokers; adjusted prices may be cents, so ticks are finer than a cent.</summary>
    private static SimulatedMarket Market(BacktestAccount account, string asset, BacktestInput input)
    {
        var first = Enumerable.Range(0, input.Prices.Rows.Count).Select(row => input.Prices.InRow(asset, row)).First(price => price is not null)!.Value;
        var rate = account.IsBroker ? input.Costs.BrokerFeeRate : input.Costs.ExchangeFeeRate;
        var lot = account.IsBroker ? 1 : 0.000001m;
        return new SimulatedMarket(
            new MarketId(asset, input.Portfolio.BaseCurrency), first, AnnualDrift: 0, AnnualVolatility: 0, input.Costs.HalfSpread,
            TickSize: account.IsBroker ? 0.0001m : 0.000001m, lot, lot, MinNotional: account.IsBroker ? 0 : 10, rate, rate, account.TicketFee);
    }

    private void Record(IReadOnlyList<BookEvent> events)
    {
        foreach (var @event in events)
        {
            switch (@event)
            {
                case OrderAccepted accepted:
                    _requests[$"{accepted.Account}/{accepted.Number}"] = accepted.Order;
                    break;
                case OrderExecuted executed:
                    Fills.Add(Fill(executed, _requests[$"{executed.Account}/{executed.Number}"]));
                    break;
                case OrderClosed closed:
                    _requests.Remove($"{closed.Account}/{closed.Number}");
                    break;
            }
        }
    }

    private BacktestFill Fill(OrderExecuted executed, OrderRequest request)
    {
        var asset = request.Market.Asset;
        var row = _prices.LastPriced(asset, _prices.RowAt(executed.At));
        var mid = _prices.InRow(asset, row)!.Value;
        var spread = (request.Side == TradeSide.Buy ? executed.Price - mid : mid - executed.Price) * executed.Quantity;
        var fee = executed.FeeAsset == _currency ? executed.Fee : executed.Fee * executed.Price;
        return new BacktestFill(executed.At, executed.Account, asset, request.Side, executed.Quantity, executed.Price, fee, spread);
    }
}

/// <param name="Price">In base currency, as <paramref name="Fee"/> and <paramref name="Spread"/>.</param>
/// <param name="Spread">What was lost against the recorded price.</param>
internal sealed record BacktestFill(
    DateTimeOffset At, string Account, string Asset, TradeSide Side, decimal Quantity, decimal Price, decimal Fee, decimal Spread)
{
    public decimal Notional => Quantity * Price;
}
