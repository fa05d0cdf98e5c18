using System.Globalization;
using Rebalancer.Emulators.Books;

namespace Rebalancer.Emulators.Ibkr;

/// <summary>Placing and cancelling, with the errors of https://interactivebrokers.github.io/tws-api/message_codes.html.</summary>
internal sealed class IbkrOrders(IbkrEmulator emulator, int clientId, Action<IbkrFrame> answer)
{
    private const int Symbol = 3;
    private const int Action = 16;
    private const int Quantity = 17;
    private const int OrderType = 18;
    private const int LimitPrice = 19;
    private const int TimeInForce = 21;
    private const int OrderRef = 26;

    public void Place(string[] fields)
    {
        var orderId = int.Parse(fields[1], CultureInfo.InvariantCulture);
        var quantity = Number(fields[Quantity]);
        if (quantity != decimal.Truncate(quantity))
        {
            Refuse(orderId, 10243, "Fractional-sized order cannot be placed via API. Please use desktop version to place this order.");
            return;
        }

        if (emulator.BookOrderOf(clientId, orderId) is not null)
        {
            Refuse(orderId, 103, "Duplicate order id");
            return;
        }

        try
        {
            var order = emulator.Book.Place(new BookRequest(
                emulator.Account, fields[Symbol], fields[Action] == "BUY" ? BookSide.Buy : BookSide.Sell, quantity,
                fields[OrderType] == "LMT" ? Number(fields[LimitPrice]) : null, fields[OrderRef], fields[TimeInForce] == "IOC"));
            emulator.Remember(order.Id, clientId, orderId);
            var messages = new IbkrReports(emulator, answer);
            answer(messages.OpenOrder(order, "PreSubmitted"));
            answer(messages.Status(order with { Filled = 0, FilledNotional = 0, Status = BookStatus.Open }));
            answer(messages.Status(order));
        }
        catch (BookRefusedException refused)
        {
            var (code, text) = refused.Refusal switch
            {
                BookRefusal.UnknownSymbol => (200, "No security definition has been found for the request"),
                BookRefusal.Tick => (110, "The price does not conform to the minimum price variation for this contract."),
                BookRefusal.InsufficientBalance => (201, "Order rejected - reason:We are unable to accept your order. Your Available Funds are insufficient to cover the order."),
                BookRefusal.MinNotional or BookRefusal.MinQuantity => (201, "Order rejected - reason:The order size is below the minimum order size"),
                _ => (321, "Error validating request"),
            };
            Refuse(orderId, code, text);
        }
    }

    public void Cancel(int orderId)
    {
        if (emulator.BookOrderOf(clientId, orderId) is not { } number)
        {
            Refuse(orderId, 10147, $"OrderId {orderId} that needs to be cancelled is not found.");
        }
        else if (emulator.Book.Cancel(number))
        {
            answer(new IbkrReports(emulator, answer).Status(emulator.Book.Orders(emulator.Account).Single(order => order.Id == number)));
            Refuse(orderId, 202, "Order Canceled - reason:");
        }
        else
        {
            Refuse(orderId, 10148, $"OrderId {orderId} that needs to be cancelled cannot be cancelled, state: Filled.");
        }
    }

    private static decimal Number(string field) => decimal.Parse(field, NumberStyles.Float, CultureInfo.InvariantCulture);

    private void Refuse(int orderId, int code, string text) => answer(IbkrFrame.Of(4, 2, orderId, code, text, ""));
}
