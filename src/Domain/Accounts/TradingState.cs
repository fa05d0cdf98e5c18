namespace Rebalancer.Domain.Accounts;

public enum TradingState
{
    Active,

    /// <summary>Only orders that reduce exposure, and cancels.</summary>
    Reducing,

    /// <summary>Cancels only.</summary>
    Halted,
}
