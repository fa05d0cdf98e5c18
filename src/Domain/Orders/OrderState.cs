namespace Rebalancer.Domain.Orders;

/// <summary>Where an intent stands (the table in docs/concepts/orders.md says which state may follow which).</summary>
public enum OrderState
{
    /// <summary>Journaled, nothing sent.</summary>
    Planned,

    /// <summary>Durable permit; may have been sent.</summary>
    SendArmed,

    /// <summary>Outcome of the send cannot be told yet.</summary>
    Unknown,

    Working,

    PartiallyFilled,

    CancelArmed,

    /// <summary>Unknown for too long: its market is frozen and the worst case stays reserved.</summary>
    Quarantined,

    Denied,

    Filled,

    Cancelled,

    Expired,

    /// <summary>By definitive proof of the venue only.</summary>
    Rejected,

    /// <summary>The sender itself answered that nothing was written.</summary>
    NotSent,

    /// <summary>Every source was negative for long enough and balances agree.</summary>
    NeverArrived,
}
