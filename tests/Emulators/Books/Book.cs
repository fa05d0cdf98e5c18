namespace Rebalancer.Emulators.Books;

/// <summary>
/// What an emulated venue knows: markets, quotes, and of each account balances, orders, fills and transfers. It knows nothing of the product,
/// so that the two can be compared. Safe from any thread.
/// </summary>
public sealed class Book(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, BookMarket> _markets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, BookQuote> _quotes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, BookOrder> _orders = [];
    private readonly List<BookFill> _fills = [];
    private readonly List<BookTransfer> _transfers = [];
    private readonly Ledger _ledger = new();
    private long _lastId = 1000;

    /// <summary>Raised after orders may have changed.</summary>
    public event EventHandler? Changed;

    /// <summary>Which asset a fee is taken in; by default the quote.</summary>
    public Func<BookMarket, BookSide, string> FeeAsset { get; set; } = (market, _) => market.Quote;

    /// <summary>What one unit of a fee's asset is worth in a market's quote, for fees in a third asset.</summary>
    public Func<string, BookMarket, decimal> FeeAssetPrice { get; set; } = (_, _) => 1;

    public IReadOnlyList<BookMarket> Markets => Read(() => _markets.Values.ToList());

    public IReadOnlyList<BookTransfer> Transfers(string account) => Read(() => _transfers.Where(transfer => transfer.Account == account).ToList());

    public IReadOnlyList<BookFill> Fills(string account) => Read(() => _fills.Where(fill => fill.Account == account).ToList());

    /// <summary>All accounts', oldest first.</summary>
    public IReadOnlyList<BookOrder> Orders() => Read(() => _orders.Values.ToList());

    public IReadOnlyList<BookOrder> Orders(string account) => Read(() =>
    {
        Expire();
        return _orders.Values.Where(order => order.Request.Account == account).ToList();
    });

    /// <summary>Every asset the account ever had.</summary>
    public IReadOnlyList<BookBalance> Balances(string account) => Read(() =>
    {
        Expire();
        return _ledger.Balances(account);
    });

    public BookMarket? Market(string symbol) => Read(() => _markets.GetValueOrDefault(symbol));

    public BookQuote? QuoteOf(string symbol) => Read(() => _quotes.GetValueOrDefault(symbol));

    public void Add(BookMarket market, decimal bid, decimal ask)
    {
        Read(() => _markets[market.Symbol] = market);
        SetQuote(market.Symbol, bid, ask);
    }

    /// <summary>Moves the market, which fills resting orders it reaches: each by at most the depth.</summary>
    public void SetQuote(string symbol, decimal bid, decimal ask) => Change(() =>
    {
        _quotes[symbol] = new BookQuote(bid, ask, clock.GetUtcNow());
        Expire();
        foreach (var order in _orders.Values.Where(order => order.Status == BookStatus.Open && order.Request.Symbol == symbol).ToList())
        {
            FillOnce(order, order.Request.Side == BookSide.Buy ? ask : bid);
        }

        return 0;
    });

    /// <param name="kind">deposit, withdrawal, reward, …</param>
    /// <param name="amount">Signed: positive arrives.</param>
    public BookTransfer Transfer(string account, string kind, string asset, decimal amount) => Read(() =>
    {
        _ledger.Change(account, asset, amount);
        var transfer = new BookTransfer(++_lastId, account, kind, asset, amount, clock.GetUtcNow());
        _transfers.Add(transfer);
        return transfer;
    });

    /// <summary>What an account had before the emulator began; in no history.</summary>
    public void Endow(string account, string asset, decimal amount) => Read(() => _ledger.Change(account, asset, amount));

    /// <exception cref="BookRefusedException">The book will not have it; nothing has changed.</exception>
    public BookOrder Place(BookRequest request) => Change(() =>
    {
        Expire();
        var market = _markets.GetValueOrDefault(request.Symbol) ?? throw new BookRefusedException(BookRefusal.UnknownSymbol);
        var quote = _quotes[request.Symbol];
        Check(market, request, request.Limit ?? (request.Side == BookSide.Buy ? quote.Ask : quote.Bid));
        var now = clock.GetUtcNow();
        var order = new BookOrder(++_lastId, request, 0, 0, BookStatus.Open, now, now);
        _orders[order.Id] = order;
        Lock(order, market, +1);
        FillOnArrival(order.Id, market, quote);
        if (_orders[order.Id] is { Status: BookStatus.Open } rest && (request.ImmediateOrCancel || request.Limit is null))
        {
            End(rest, BookStatus.Cancelled);
        }

        return _orders[order.Id];
    });

    /// <returns>False when the order is not open.</returns>
    public bool Cancel(long id) => Change(() =>
    {
        Expire();
        if (_orders.GetValueOrDefault(id) is not { Status: BookStatus.Open } order)
        {
            return false;
        }

        End(order, BookStatus.Cancelled);
        return true;
    });

    private T Change<T>(Func<T> change)
    {
        var changed = Read(change);
        Changed?.Invoke(this, EventArgs.Empty);
        return changed;
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private void Check(BookMarket market, BookRequest request, decimal price)
    {
        BookRefusal? refusal =
            request.Quantity <= 0 || request.Quantity % market.Lot != 0 ? BookRefusal.Lot
            : request.Limit is { } limit && (limit <= 0 || limit % market.Tick != 0) ? BookRefusal.Tick
            : request.Quantity < market.MinQuantity ? BookRefusal.MinQuantity
            : request.Quantity * price < market.MinNotional ? BookRefusal.MinNotional
            : request.ClientId is { } id && _orders.Values.Any(order => order.Status == BookStatus.Open && order.Request.ClientId == id && order.Request.Account == request.Account)
                ? BookRefusal.DuplicateClientId
            : request.Side == BookSide.Buy && _ledger.Free(request.Account, market.Quote) < request.Quantity * price * (1 + FeeOnTop(market, request.Side)) ? BookRefusal.InsufficientBalance
            : request.Side == BookSide.Sell && _ledger.Free(request.Account, market.Asset) < request.Quantity ? BookRefusal.InsufficientBalance
            : null;
        if (refusal is { } reason)
        {
            throw new BookRefusedException(reason);
        }
    }

    /// <summary>Takes what stands at the best price, and as a market order also what stands behind it.</summary>
    private void FillOnArrival(long id, BookMarket market, BookQuote quote)
    {
        var price = _orders[id].Request.Side == BookSide.Buy ? quote.Ask : quote.Bid;
        while (_orders[id] is { Status: BookStatus.Open } order && FillOnce(order, price) && order.Request.Limit is null)
        {
            price += order.Request.Side == BookSide.Buy ? market.Tick : -market.Tick;
        }
    }

    private bool FillOnce(BookOrder order, decimal price)
    {
        var (market, request) = (_markets[order.Request.Symbol], order.Request);
        if (request.Limit is { } limit && (request.Side == BookSide.Buy ? price > limit : price < limit))
        {
            return false;
        }

        var quantity = Math.Min(order.Open, market.Depth);
        var feeAsset = FeeAsset(market, request.Side);
        var feeInQuote = quantity * price * market.FeeRate;
        // What is booked is what is told: the venues keep eight decimal places.
        var fee = decimal.Round(
            feeAsset == market.Quote ? feeInQuote
            : feeAsset == market.Asset ? quantity * market.FeeRate
            : feeInQuote / FeeAssetPrice(feeAsset, market), 8);
        Lock(order, market, -1);
        var sign = request.Side == BookSide.Buy ? 1 : -1;
        _ledger.Change(request.Account, market.Asset, sign * quantity);
        _ledger.Change(request.Account, market.Quote, -sign * quantity * price);
        _ledger.Change(request.Account, feeAsset, -fee);
        var now = clock.GetUtcNow();
        _fills.Add(new BookFill(++_lastId, order.Id, request.Account, request.Symbol, request.Side, quantity, price, fee, feeAsset, now));
        var filled = order with
        {
            Filled = order.Filled + quantity,
            FilledNotional = order.FilledNotional + (quantity * price),
            Status = order.Filled + quantity == request.Quantity ? BookStatus.Filled : BookStatus.Open,
            ChangedAt = now,
        };
        _orders[order.Id] = filled;
        Lock(filled, market, +1);
        return true;
    }

    private void Expire()
    {
        var now = clock.GetUtcNow();
        foreach (var order in _orders.Values.Where(order => order.Status == BookStatus.Open && order.Request.GoodTill <= now).ToList())
        {
            End(order, BookStatus.Expired);
        }
    }

    private void End(BookOrder order, BookStatus status)
    {
        Lock(order, _markets[order.Request.Symbol], -1);
        _orders[order.Id] = order with { Status = status, ChangedAt = clock.GetUtcNow() };
    }

    /// <summary>Locks (+1) or frees (−1) what the open part of a limit order may take.</summary>
    private void Lock(BookOrder order, BookMarket market, int sign)
    {
        if (order.Status == BookStatus.Open && order.Request.Limit is { } limit)
        {
            var (asset, amount) = order.Request.Side == BookSide.Buy
                ? (market.Quote, order.Open * limit * (1 + FeeOnTop(market, order.Request.Side)))
                : (market.Asset, order.Open);
            _ledger.Lock(order.Request.Account, asset, sign * amount);
        }
    }

    private decimal FeeOnTop(BookMarket market, BookSide side) => FeeAsset(market, side) == market.Quote ? market.FeeRate : 0;
}
