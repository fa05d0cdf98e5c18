using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>
/// The matching engine of one exchange or broker: several accounts, one market. Pure and deterministic: the time comes with each call, chance
/// is a function of the seed, and what it decides are events, written before they take effect. Not thread-safe.
/// </summary>
public sealed class SimulatedExchange
{
    /// <summary>A longer gap between two calls is searched for crossings at this many moments only.</summary>
    private const int MomentsSearched = 512;

    private readonly ExchangeBooks _books;
    private readonly IVenueMarkets _markets;
    private readonly SeededNoise _fillNoise;
    private DateTimeOffset _advancedTo = DateTimeOffset.MinValue;

    /// <summary>An exchange whose prices wander.</summary>
    /// <param name="epoch">When the price paths began.</param>
    /// <param name="append">Makes the events durable, or throws; then nothing has happened.</param>
    public SimulatedExchange(SimulatedExchangeSettings settings, SeededNoise noise, DateTimeOffset epoch, Action<IReadOnlyList<BookEvent>> append)
        : this(settings, noise, append, new SimulatedMarkets(settings, noise, epoch))
    {
    }

    /// <summary>An exchange whose prices are those of a history.</summary>
    /// <param name="append">Makes the events durable, or throws; then nothing has happened.</param>
    public SimulatedExchange(SimulatedExchangeSettings settings, SeededNoise noise, RecordedPrices prices, Action<IReadOnlyList<BookEvent>> append)
        : this(settings, noise, append, new RecordedMarkets(settings, prices))
    {
    }

    private SimulatedExchange(
        SimulatedExchangeSettings settings, SeededNoise noise, Action<IReadOnlyList<BookEvent>> append, IVenueMarkets markets)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (Settings, _markets, _books) = (settings, markets, new ExchangeBooks(settings.Name, append));
        _fillNoise = noise.For("fills:" + settings.Name);
    }

    public SimulatedExchangeSettings Settings { get; }

    public IReadOnlyCollection<string> Accounts => _books.Accounts;

    /// <summary>Takes an event from the book's file, at start.</summary>
    public void Replay(BookEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        _books.Replay(@event);
        _advancedTo = @event.At > _advancedTo ? @event.At : _advancedTo;
    }

    /// <summary>Opens the account, or leaves it as it is when it is open already.</summary>
    public void OpenAccount(string account, IReadOnlyDictionary<string, decimal> balances, DateTimeOffset now)
    {
        if (!_books.IsOpen(account))
        {
            _books.Record([new AccountOpened(account, now, new SortedDictionary<string, decimal>(
                balances.ToDictionary(b => b.Key, b => b.Value, StringComparer.Ordinal), StringComparer.Ordinal))]);
        }
    }

    /// <summary>A deposit (positive), withdrawal (negative), dividend or the like.</summary>
    /// <exception cref="InvalidOperationException">The account would be overdrawn.</exception>
    public VenueTransfer Transfer(string account, string kind, string asset, decimal amount, DateTimeOffset now)
    {
        Advance(now);
        var book = _books[account];
        if (book[asset].Free + amount < 0)
        {
            throw new InvalidOperationException($"{account} has {book[asset].Free} {asset} free, less than the {-amount} to withdraw.");
        }

        var transfer = new VenueTransfer("T" + (book.Transfers.Count + 1).ToString(CultureInfo.InvariantCulture), kind, asset, amount, now);
        _books.Record([new TransferBooked(account, now, transfer)]);
        return transfer;
    }

    /// <summary>Moves a market's price to a multiple of itself for a while, as a flash crash or a stablecoin off its peg does.</summary>
    public void Shock(MarketId market, decimal factor, DateTimeOffset from, DateTimeOffset until) =>
        _markets.Shock(market, factor, _markets.SecondOf(from), _markets.SecondOf(until));

    /// <summary>Accepts the order and executes what can be executed at once, or says why not.</summary>
    public (VenueOrder? Order, Rejection? Rejection) Place(string account, OrderRequest order, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(order);
        Advance(now);
        var book = _books[account];
        if (_markets.Find(order.Market) is not { } market)
        {
            return (null, new Rejection(RejectCodes.UnknownMarket, $"{Settings.Name} has no market {order.Market}"));
        }

        if (!_markets.IsOpen(order.Market, now))
        {
            return (null, new Rejection(RejectCodes.MarketClosed, $"{Settings.Name} trades {order.Market} next at {_markets.Calendar.NextOpen(now):u}"));
        }

        if (IsUsed(book.Find(order.ClientOrderId)))
        {
            return (null, new Rejection(RejectCodes.DuplicateClientId, $"client order id {order.ClientOrderId} was used before"));
        }

        var second = _markets.SecondOf(now);
        var (bid, ask) = _markets.Touch(order.Market, second);
        if (OrderAdmission.Check(order, market, bid, ask) is { } rejection)
        {
            return (null, rejection);
        }

        var (terms, refusal) = OrderAdmission.Reserve(
            order, market, book, bid, ask, Settings.FeeDecimals, _markets.FeeAssetPrice(market, second));
        if (terms is null)
        {
            return (null, refusal);
        }

        var number = _books.LastNumber + 1;
        var accepted = new OrderAccepted(account, now, number, order, terms);
        List<BookEvent> events = [accepted, .. Arrive(accepted, book.Apply(accepted).Open[number], market, second, bid, ask)];
        if (order.TimeInForce == TimeInForce.ImmediateOrCancel && events.OfType<OrderExecuted>().Sum(executed => executed.Quantity) < order.Quantity)
        {
            events.Add(new OrderClosed(account, now, number, VenueOrderStatus.Cancelled, "immediate or cancel"));
        }

        _books.Record(events);
        return (_books[account].Find(order.ClientOrderId)!.ToVenueOrder(), null);
    }

    public CancelOutcome Cancel(string account, string clientOrderId, DateTimeOffset now)
    {
        Advance(now);
        var order = _books[account].Find(clientOrderId);
        if (order is null)
        {
            return CancelOutcome.NotFound;
        }

        if (order.Status != VenueOrderStatus.Open)
        {
            return order.Status == VenueOrderStatus.Cancelled ? CancelOutcome.Accepted : CancelOutcome.Refused;
        }

        _books.Record([new OrderClosed(account, now, order.Number, VenueOrderStatus.Cancelled, "cancelled by its owner")]);
        return CancelOutcome.Accepted;
    }

    /// <summary>The account as it is now or, with <paramref name="lag"/>, as it was.</summary>
    public AccountBook View(string account, DateTimeOffset now, TimeSpan lag = default)
    {
        Advance(now);
        var book = _books[account];
        return lag == TimeSpan.Zero ? book : _books.At(account, now - lag);
    }

    public IReadOnlyList<MarketRules> Markets(DateTimeOffset now) => _markets.Rules(now);

    /// <summary>In a closed session the last quote before the close, with its own time. A market that is not here is left out.</summary>
    public IReadOnlyList<Quote> Quotes(IReadOnlyList<MarketId> markets, DateTimeOffset now) => _markets.Quotes(markets, now);

    /// <inheritdoc cref="IVenueMarkets.Bars"/>
    public IReadOnlyList<PriceBar> Bars(MarketId market, TimeFrame frame, DateTimeOffset since, DateTimeOffset now) =>
        _markets.Bars(market, frame, since, now);

    /// <summary>Executes resting orders, ends day orders and settles proceeds up to now.</summary>
    public void Advance(DateTimeOffset now)
    {
        if (now <= _advancedTo)
        {
            return;
        }

        var from = _markets.SecondOf(_advancedTo);
        var to = _markets.SecondOf(now);
        _advancedTo = now;
        foreach (var account in _books.Accounts.ToList())
        {
            foreach (var (trade, proceeds) in _books[account].Unsettled)
            {
                if (proceeds.At <= now)
                {
                    _books.Record([new ProceedsSettled(account, now, trade)]);
                }
            }

            foreach (var number in _books[account].Open.Keys)
            {
                Work(account, number, from, to);
            }
        }
    }

    private void Work(string account, long number, long from, long to)
    {
        var market = _markets.Find(_books[account].Open[number].Request.Market)!;
        var moments = Math.Min(MomentsSearched, to - from);
        for (var moment = 1; moment <= moments && _books[account].Open.TryGetValue(number, out var order); moment++)
        {
            var second = from + ((to - from) * moment / moments);
            var at = _markets.MomentOf(second);
            if (!_markets.Calendar.IsOpen(at))
            {
                // Orders are day orders where there are days.
                _books.Record([new OrderClosed(account, _markets.Calendar.LastTraded(at), number, VenueOrderStatus.Expired, "the session closed")]);
                return;
            }

            if (order.Request.GoodTill is { } till && at >= till)
            {
                _books.Record([new OrderClosed(account, till, number, VenueOrderStatus.Expired, "good till then")]);
                return;
            }

            var (bid, ask) = _markets.Touch(market.Market, second);
            if (Matching.Limit(order, market, bid, ask, second, isArrival: false, Settings, _fillNoise) is { } execution)
            {
                _books.Record([Executed(account, order, execution, at, _books.LastNumber + 1)]);
            }
        }
    }

    private IEnumerable<BookEvent> Arrive(
        OrderAccepted accepted, BookOrder order, SimulatedMarket market, long second, decimal bid, decimal ask)
    {
        var trade = accepted.Number;
        if (order.Request.Type == OrderType.Market)
        {
            foreach (var execution in Matching.Market(order, market, bid, ask, Settings, _fillNoise))
            {
                yield return Executed(accepted.Account, order, execution, accepted.At, ++trade);
            }
        }
        else if (Matching.Limit(order, market, bid, ask, second, isArrival: true, Settings, _fillNoise) is { } execution)
        {
            yield return Executed(accepted.Account, order, execution, accepted.At, ++trade);
        }
    }

    private OrderExecuted Executed(string account, BookOrder order, Matching.Execution execution, DateTimeOffset at, long trade)
    {
        var settles = Settings.SettlementDays > 0 && order.Request.Side == Domain.Common.TradeSide.Sell;
        return new OrderExecuted(
            account, at, order.Number, trade, execution.Quantity, execution.Price, execution.Fee, order.Terms.FeeAsset,
            settles ? _markets.Calendar.Settles(at, Settings.SettlementDays) : null);
    }

    private bool IsUsed(BookOrder? earlier) => Settings.ClientIds switch
    {
        ClientIdReuse.Refused => earlier is not null,
        ClientIdReuse.RefusedWhileOpen => earlier is { Status: VenueOrderStatus.Open },
        _ => false,
    };
}
