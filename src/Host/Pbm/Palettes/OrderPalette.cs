using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>order</c>: orders of all accounts.</summary>
internal sealed class OrderPalette(IServiceOperations operations) : IPbmPalette
{
    private const int Latest = 50;

    public string Name => "order";

    public string Description => "Orders: list, show, cancel";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("list", "order list [-a ACCOUNT] [-n N]", "Latest orders, of one account or of all", async (call, cancellationToken) => PbmAnswer.Of(
            (await operations.GetOrdersAsync(call.Arguments.Option("-a"), call.Arguments.Number("-n", Latest), cancellationToken)).Select(ItemOf))),
        new("show", "order show ID", "One order", ShowAsync),
        new("cancel", "order cancel ID [--why TEXT]", "Cancel it; the venue's evidence says what came of it", CancelAsync, Role: Role.Operate),
    ];

    internal static PbmItem ItemOf(AccountOrder entry)
    {
        var order = entry.Order;
        return new PbmItem(
            FormattableString.Invariant($"{order.IntentId}  {entry.Account}  {order.Side} {order.Quantity} {order.Market}  {order.State}  filled {order.Filled}{(order.Filled > 0 ? FormattableString.Invariant($" at {order.AveragePrice}") : "")}  {order.ChangedAt:u}{(order.Reason is null ? "" : "  " + order.Reason)}"),
            entry);
    }

    private async Task<PbmAnswer> ShowAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var id = call.Id();
        var order = (await operations.GetOrdersAsync(account: null, limit: int.MaxValue, cancellationToken)).FirstOrDefault(entry => entry.Order.IntentId == id || entry.Order.ClientOrderId == id)
            ?? throw new PbmException($"{id}: there is no order of this id; 'order list' shows the latest");
        return new PbmAnswer([ItemOf(order)]);
    }

    private async Task<PbmAnswer> CancelAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var id = call.Id();
        await operations.CancelOrderAsync(id, call.By(), cancellationToken);
        return PbmAnswer.Done($"{id} is being cancelled.");
    }
}
