using System.Globalization;
using Rebalancer.Emulators.Books;

namespace Rebalancer.Emulators.Ibkr;

/// <summary>What TWS tells when it is asked, field by field as server version 178 writes it.</summary>
internal sealed class IbkrReports(IbkrEmulator emulator, Action<IbkrFrame> send)
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private Book Book => emulator.Book;

    public void AccountSummary(int requestId)
    {
        var cash = Book.Balances(emulator.Account).Where(balance => balance.Asset is "USD" or "EUR").ToList();
        foreach (var balance in cash)
        {
            send(IbkrFrame.Of(63, 1, requestId, emulator.Account, "CashBalance", balance.Free + balance.Locked, balance.Asset));
        }

        send(IbkrFrame.Of(63, 1, requestId, emulator.Account, "CashBalance", cash.Sum(balance => balance.Free + balance.Locked), "BASE"));
        send(IbkrFrame.Of(64, 1, requestId));
    }

    public void Positions()
    {
        foreach (var balance in Book.Balances(emulator.Account).Where(balance => balance.Asset is not ("USD" or "EUR")))
        {
            send(IbkrFrame.Of(61, 3, emulator.Account).Add(ContractOf(balance.Asset)).Add(balance.Free + balance.Locked, 100));
        }

        send(IbkrFrame.Of(62, 1));
    }

    public void ContractDetails(int requestId, string symbol, string type, string currency)
    {
        if (Book.Market(symbol) is not { } market || type != "STK" || currency != market.Quote)
        {
            send(IbkrFrame.Of(4, 2, requestId, 200, "No security definition has been found for the request", ""));
            return;
        }

        send(IbkrFrame.Of(10, requestId, symbol, type, "", 0, "", "SMART", currency, symbol, symbol, symbol, ConId(symbol), market.Tick, "")
            .Add("ACTIVETIM,LMT,MKT", "SMART,ARCA", 1, 0, symbol + " FUND", "ARCA", "", "Funds", "Equity Fund", "Broad", "US/Eastern", Hours(), Hours())
            .Add("", 0, 0, 1, "", "", "26,26", "", "ETF", 1, 1, 100));
        send(IbkrFrame.Of(52, 1, requestId));
    }

    public void Quotes(int requestId, string symbol)
    {
        if (Book.QuoteOf(symbol) is { } quote)
        {
            send(IbkrFrame.Of(1, 6, requestId, 1, quote.Bid, 3, 0));
            send(IbkrFrame.Of(1, 6, requestId, 2, quote.Ask, 4, 0));
        }
    }

    public void OpenOrders()
    {
        foreach (var order in Book.Orders(emulator.Account).Where(order => order.Status == BookStatus.Open))
        {
            send(OpenOrder(order, "Submitted"));
            send(Status(order));
        }

        send(IbkrFrame.Of(53, 1));
    }

    public void CompletedOrders()
    {
        foreach (var order in Book.Orders(emulator.Account).Where(order => order.Status != BookStatus.Open))
        {
            send(CompletedOrder(order));
        }

        send(IbkrFrame.Of(102));
    }

    public void Executions(int requestId)
    {
        var fills = Book.Fills(emulator.Account);
        foreach (var fill in fills)
        {
            send(Execution(requestId, fill));
        }

        send(IbkrFrame.Of(55, 1, requestId));
        foreach (var fill in fills.Where(_ => !emulator.HoldsCommissions))
        {
            send(IbkrFrame.Of(59, 1, ExecId(fill), fill.Fee, fill.FeeAsset, "1.7976931348623157E308", "1.7976931348623157E308", ""));
        }
    }

    public void History(int requestId, string symbol, string size, string duration)
    {
        var days = int.Parse(duration.Split(' ')[0], CultureInfo.InvariantCulture) * (duration.EndsWith('Y') ? 365 : 1);
        var now = emulator.Clock.GetUtcNow();
        var times = Times(size, now.AddDays(-days), now).ToList();
        var quote = Book.QuoteOf(symbol);
        if (quote is null)
        {
            send(IbkrFrame.Of(4, 2, requestId, 162, "Historical Market Data Service error message:HMDS query returned no data", ""));
            return;
        }

        var middle = (quote.Bid + quote.Ask) / 2;
        var frame = IbkrFrame.Of(17, requestId, "start", "end", times.Count);
        times.ForEach(time => frame.Add(time, middle, middle + 1, middle - 1, middle, 1000, middle, 12));
        send(frame);
    }

    public IbkrFrame Status(BookOrder order)
    {
        var (clientId, orderId) = emulator.IdsOf(order.Id);
        return IbkrFrame.Of(
            3, orderId, StatusOf(order), order.Filled, order.Open, decimal.Round(order.AveragePrice, 6), order.Id, 0, 0, clientId, "", 0);
    }

    public IbkrFrame OpenOrder(BookOrder order, string status)
    {
        var (clientId, orderId) = emulator.IdsOf(order.Id);
        return IbkrFrame.Of(5, orderId).Add(OrderContract(order)).Add(Terms(order, order.Request.Quantity)).Add(clientId, order.Id).Skip(59).Add(status).Skip(41);
    }

    /// <summary>A filled order's quantity is told as 0, and what was filled beside it.</summary>
    private IbkrFrame CompletedOrder(BookOrder order) =>
        IbkrFrame.Of(101).Add(OrderContract(order)).Add(Terms(order, order.Status == BookStatus.Filled ? 0 : order.Request.Quantity)).Add(order.Id)
            .Skip(48).Add(StatusOf(order)).Skip(9).Add(order.Filled).Skip(6)
            .Add(Wall(order.ChangedAt), order.Status == BookStatus.Filled ? $"Filled Size: {order.Filled}" : "Cancelled by Trader").Skip(5);

    private IbkrFrame Execution(int requestId, BookFill fill)
    {
        var (clientId, orderId) = emulator.IdsOf(fill.OrderId);
        var order = Book.Orders(emulator.Account).Single(known => known.Id == fill.OrderId);
        return IbkrFrame.Of(11, requestId, orderId).Add(ContractOf(fill.Symbol)).Add(
            ExecId(fill), Wall(fill.At), emulator.Account, "ARCA", fill.Side == BookSide.Buy ? "BOT" : "SLD", fill.Quantity, fill.Price, fill.OrderId, clientId, 0,
            order.Filled, decimal.Round(order.AveragePrice, 6), order.Request.ClientId, "", 0, "", 1, 0);
    }

    private static string ExecId(BookFill fill) => $"0000e0d5.{fill.Id:x8}.01.01";

    private static int ConId(string symbol) => symbol.Aggregate(1000, (hash, letter) => ((hash * 31) + letter) % 100_000_000);

    private static string Wall(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, NewYork).ToString("yyyyMMdd HH:mm:ss 'US/Eastern'", CultureInfo.InvariantCulture);

    private static string StatusOf(BookOrder order) => order.Status switch
    {
        BookStatus.Open => "Submitted",
        BookStatus.Filled => "Filled",
        _ => "Cancelled",
    };

    /// <summary>As positions and executions name it.</summary>
    private List<object?> ContractOf(string symbol) => [ConId(symbol), symbol, "STK", "", 0, "", "", "ARCA", Book.Market(symbol)?.Quote ?? "USD", symbol, symbol];

    private List<object?> OrderContract(BookOrder order) =>
        [ConId(order.Request.Symbol), order.Request.Symbol, "STK", "", 0, "?", "", "SMART", Book.Market(order.Request.Symbol)!.Quote, order.Request.Symbol, order.Request.Symbol];

    /// <summary>From action to order reference.</summary>
    private List<object?> Terms(BookOrder order, decimal quantity) =>
    [
        order.Request.Side == BookSide.Buy ? "BUY" : "SELL", quantity, order.Request.Limit is null ? "MKT" : "LMT", order.Request.Limit ?? 0, 0, "DAY", "", emulator.Account,
        "", 0, order.Request.ClientId,
    ];

    /// <summary>All of today and tomorrow, or only from tomorrow on.</summary>
    private string Hours()
    {
        var today = TimeZoneInfo.ConvertTime(emulator.Clock.GetUtcNow(), NewYork).Date;
        var tomorrow = today.AddDays(1);
        return emulator.IsOpen
            ? $"{today:yyyyMMdd}:0000-{tomorrow:yyyyMMdd}:0000;{tomorrow:yyyyMMdd}:0930-{tomorrow:yyyyMMdd}:1600"
            : $"{today:yyyyMMdd}:CLOSED;{tomorrow:yyyyMMdd}:0930-{tomorrow:yyyyMMdd}:1600";
    }

    private static IEnumerable<object> Times(string size, DateTimeOffset from, DateTimeOffset to)
    {
        if (size == "1 day")
        {
            for (var date = from.UtcDateTime.Date; date <= to.UtcDateTime; date = date.AddDays(1))
            {
                if (date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                {
                    yield return date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
                }
            }

            yield break;
        }

        var length = size == "15 mins" ? 900 : 3600;
        for (var second = ((from.ToUnixTimeSeconds() / length) + 1) * length; second <= to.ToUnixTimeSeconds(); second += length)
        {
            yield return second;
        }
    }
}
