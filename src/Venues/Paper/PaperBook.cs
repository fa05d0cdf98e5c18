using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;
using AccountOpened = Rebalancer.Venues.Simulated.AccountOpened;

namespace Rebalancer.Venues.Paper;

/// <summary>
/// What an account would have, had its orders been sent: it opens with what the live account holds, and orders are filled by the simulator's
/// matching at the prices it is told. Every change is on the disk before it takes effect. Not thread-safe.
/// </summary>
internal sealed class PaperBook : IDisposable
{
    private const string Exchange = "paper";

    /// <summary>Where a venue states no step: eight decimals.</summary>
    private const decimal SmallestStep = 0.00000001m;

    /// <summary>Nothing is left to chance: what stands at the live price is had in one piece.</summary>
    private static readonly SimulatedExchangeSettings Whole = new() { Name = Exchange, Kind = "exchange", Markets = [], PartialFillRate = 0 };

    private readonly BookFile _file;
    private long _lastNumber;

    private PaperBook(BookFile file) => _file = file;

    /// <summary>Null until <see cref="Begin"/>.</summary>
    public AccountBook? Account { get; private set; }

    /// <exception cref="IOException">Another process has the book open.</exception>
    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    public static PaperBook Open(string path)
    {
        var book = new PaperBook(BookFile.Open(path, out var lines));
        foreach (var @event in lines.OfType<BookLine.ExchangeEvents>().SelectMany(line => line.Events))
        {
            book.Take(@event);
        }

        return book;
    }

    public void Begin(string account, BalanceReport live, DateTimeOffset now) => Record([new AccountOpened(account, now, new SortedDictionary<string, decimal>(
        live.Balances.ToDictionary(balance => balance.Asset, balance => balance.Total, StringComparer.Ordinal), StringComparer.Ordinal))]);

    /// <summary>Accepts the order and fills what the quote allows, or says why not.</summary>
    public (VenueOrder? Order, Rejection? Rejection) Place(OrderRequest order, MarketRules rules, Quote quote, DateTimeOffset now)
    {
        if (rules.SessionAt(now) is var session and not TradingSession.Open)
        {
            return (null, new Rejection(RejectCodes.MarketClosed, $"{rules.Market} is {session}"));
        }

        if (Account!.Find(order.ClientOrderId) is not null)
        {
            return (null, new Rejection(RejectCodes.DuplicateClientId, $"client order id {order.ClientOrderId} was used before"));
        }

        var market = Of(rules, quote);
        if (OrderAdmission.Check(order, market, quote.Bid, quote.Ask) is { } rejection)
        {
            return (null, rejection);
        }

        var (terms, refusal) = OrderAdmission.Reserve(order, market, Account, quote.Bid, quote.Ask, Whole.FeeDecimals, feeAssetPrice: null);
        if (terms is null)
        {
            return (null, refusal);
        }

        var accepted = new OrderAccepted(Account.Account, now, _lastNumber + 1, order, terms);
        List<BookEvent> events = [accepted, .. Arrive(accepted, Account.Apply(accepted).Open[accepted.Number], market, quote)];
        if (order.TimeInForce == TimeInForce.ImmediateOrCancel && !events.OfType<OrderExecuted>().Any())
        {
            events.Add(new OrderClosed(Account.Account, now, accepted.Number, VenueOrderStatus.Cancelled, "immediate or cancel"));
        }

        Record(events);
        return (Account.Find(order.ClientOrderId)!.ToVenueOrder(), null);
    }

    public CancelOutcome Cancel(string clientOrderId, DateTimeOffset now)
    {
        if (Account!.Find(clientOrderId) is not { } order)
        {
            return CancelOutcome.NotFound;
        }

        if (order.Status != VenueOrderStatus.Open)
        {
            return order.Status == VenueOrderStatus.Cancelled ? CancelOutcome.Accepted : CancelOutcome.Refused;
        }

        Record([new OrderClosed(Account.Account, now, order.Number, VenueOrderStatus.Cancelled, "cancelled by its owner")]);
        return CancelOutcome.Accepted;
    }

    /// <summary>Fills resting orders that the market has reached, and ends those whose time is over.</summary>
    public void Advance(IReadOnlyList<Quote> quotes, IReadOnlyDictionary<MarketId, MarketRules> rules, DateTimeOffset now)
    {
        foreach (var order in Account!.Open.Values)
        {
            if (order.Request.GoodTill is { } till && now >= till)
            {
                Record([new OrderClosed(Account.Account, till, order.Number, VenueOrderStatus.Expired, "good till then")]);
            }
            else if (quotes.FirstOrDefault(quote => quote.Market == order.Request.Market) is { } quote && rules.TryGetValue(quote.Market, out var known)
                && Matching.Limit(order, Of(known, quote), quote.Bid, quote.Ask, second: 0, isArrival: false, Whole, default) is { } execution)
            {
                Record([Executed(order, execution, _lastNumber + 1, now)]);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private IEnumerable<BookEvent> Arrive(OrderAccepted accepted, BookOrder order, SimulatedMarket market, Quote quote)
    {
        IEnumerable<Matching.Execution> executions = order.Request.Type == OrderType.Market
            ? Matching.Market(order, market, quote.Bid, quote.Ask, Whole, default)
            : Matching.Limit(order, market, quote.Bid, quote.Ask, second: 0, isArrival: true, Whole, default) is { } execution ? [execution] : [];
        var trade = accepted.Number;
        return executions.Select(execution => Executed(order, execution, ++trade, accepted.At));
    }

    private OrderExecuted Executed(BookOrder order, Matching.Execution execution, long trade, DateTimeOffset at) => new(
        Account!.Account, at, order.Number, trade, execution.Quantity, execution.Price, execution.Fee, order.Terms.FeeAsset, SettlesAt: null);

    private static SimulatedMarket Of(MarketRules rules, Quote quote) => new(
        rules.Market, quote.Mid, 0, 0, 0, Step(rules.TickSize), Step(rules.LotSize), rules.MinQuantity, rules.MinNotional, rules.MakerFeeRate, rules.TakerFeeRate,
        rules.TicketFee, rules.FeeAsset, rules.MaxQuantity, rules.MaxNotional);

    private static decimal Step(decimal stated) => stated == 0 ? SmallestStep : stated;

    private void Record(IReadOnlyList<BookEvent> events)
    {
        _file.Append(new BookLine.ExchangeEvents(Exchange, events));
        foreach (var @event in events)
        {
            Take(@event);
        }
    }

    private void Take(BookEvent @event)
    {
        Account = @event is AccountOpened opened ? AccountBook.Opened(opened) : Account!.Apply(@event);
        _lastNumber = @event switch
        {
            OrderAccepted accepted => Math.Max(_lastNumber, accepted.Number),
            OrderExecuted executed => Math.Max(_lastNumber, executed.Trade),
            _ => _lastNumber,
        };
    }
}
