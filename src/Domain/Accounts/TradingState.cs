namespace Rebalancer.Domain.Accounts;

/// <summary>What an account may send to its venue.</summary>
public enum TradingState
{
    Active,

    /// <summary>Only orders that reduce exposure, and cancels.</summary>
    Reducing,

    /// <summary>Cancels only.</summary>
    Halted,
}
