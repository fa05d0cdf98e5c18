namespace Rebalancer.Host.Backtest;

/// <summary>What trading costs in a backtest; on the dear side, and stated in the report.</summary>
/// <param name="ExchangeFeeRate">Share of the notional that an exchange takes.</param>
/// <param name="BrokerFeeRate">Share of the notional that a broker takes.</param>
/// <param name="HalfSpread">From the recorded price to what is paid or got, as a share: half the spread and slippage together.</param>
/// <param name="Latency">One way to a venue and back again each.</param>
public sealed record BacktestCosts(decimal ExchangeFeeRate, decimal BrokerFeeRate, decimal HalfSpread, TimeSpan Latency)
{
    public static BacktestCosts Default { get; } = new(0.0025m, 0, 0.001m, TimeSpan.FromMilliseconds(500));
}

/// <summary>One account as it starts.</summary>
/// <param name="Kind">exchange or broker.</param>
/// <param name="Assets">With a column of prices.</param>
/// <param name="TicketFee">Fixed fee an order, in base currency.</param>
public sealed record BacktestAccount(
    string Id, string Kind, IReadOnlyList<string> Assets, SortedDictionary<string, decimal> Balances, decimal TicketFee, decimal Reserve, bool Taxable)
{
    public bool IsBroker => Kind == "broker";
}

/// <summary>How often a backtest wakes the portfolio for a decision.</summary>
public enum BacktestCadence
{
    /// <summary>At every row of prices the portfolio looks; it decides when its bands or its schedule say so.</summary>
    AsConfigured,
    Day,
    Week,
    Month,
}
