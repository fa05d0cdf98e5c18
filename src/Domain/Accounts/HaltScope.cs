namespace Rebalancer.Domain.Accounts;

/// <summary>
/// Names of what can be halted. A scope alone stops every order under it; its buys alone leave it reducing: sells go on. Both are checked in
/// the append that arms an order.
/// </summary>
public static class HaltScope
{
    public const string Global = "global";

    private const string BuysSuffix = ":buys";

    public static string Portfolio(string id) => $"portfolio/{id}";

    public static string BuysOf(string scope) => scope + BuysSuffix;

    public static bool IsOfBuys(string scope) => scope.EndsWith(BuysSuffix, StringComparison.Ordinal);

    /// <summary>The scope a command means.</summary>
    public static string Of(string scope, bool buysOnly) => buysOnly ? BuysOf(scope) : scope;
}
