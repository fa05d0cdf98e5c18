using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Binance;

/// <summary>Deposits and withdrawals.</summary>
internal static class BinanceWallet
{
    private const int DepositDone = 1;
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(90);

    public static JsonArray Deposits(Book book, string account, EmulatorRequest request) => new([.. Of(book, account, request, arrived: true).Select(transfer => new JsonObject
    {
        ["id"] = transfer.Id.ToString(CultureInfo.InvariantCulture), ["amount"] = BinanceTrading.Text(transfer.Amount), ["coin"] = transfer.Asset, ["network"] = "EMULATED",
        ["status"] = DepositDone, ["address"] = "a", ["addressTag"] = "", ["txId"] = $"tx{transfer.Id}",
        ["insertTime"] = transfer.At.ToUnixTimeMilliseconds(), ["transferType"] = 0, ["confirmTimes"] = "1/1", ["unlockConfirm"] = 1, ["walletType"] = 0,
    })]);

    public static JsonArray Withdrawals(Book book, string account, EmulatorRequest request) => new([.. Of(book, account, request, arrived: false).Select(transfer => new JsonObject
    {
        ["id"] = transfer.Id.ToString(CultureInfo.InvariantCulture), ["amount"] = BinanceTrading.Text(-transfer.Amount), ["transactionFee"] = "0", ["coin"] = transfer.Asset,
        ["status"] = 6, ["address"] = "a", ["txId"] = $"tx{transfer.Id}", ["applyTime"] = transfer.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        ["network"] = "EMULATED", ["transferType"] = 0, ["walletType"] = 0, ["completeTime"] = transfer.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
    })]);

    private static IEnumerable<BookTransfer> Of(Book book, string account, EmulatorRequest request, bool arrived)
    {
        var (from, to, limit) = BinanceTrading.Window(request, 1000, LongestWindow);
        return book.Transfers(account).Where(transfer => transfer.Amount > 0 == arrived && transfer.At >= from && transfer.At <= to).Take(limit);
    }
}
