namespace Rebalancer.Simulation.Faults;

/// <summary>Everything that can go wrong, by the areas of the order protocol's catalogue.</summary>
internal enum FaultKind
{
    // Process: around every persist and every send, and at any other moment.
    KillBeforePersist,
    KillAfterPersist,
    KillBeforeSend,
    KillAfterSend,
    PauseBeforePersist,
    PauseAfterPersist,
    PauseBeforeSend,
    PauseAfterSend,
    Kill,
    Pause,
    RestartLoop,

    // Send.
    SendLostBefore,
    SendReplyLost,
    SendReplySlow,
    SendAcceptedLate,
    SendServerErrorAccepted,
    SendServerErrorRefused,
    SendThrottled,
    SendReplyTruncated,

    // Updates.
    FillsRepeated,
    FillsReordered,
    FillsWithheld,
    FillsReplayed,
    FillsLate,

    // Query.
    QueryFailed,
    QueryHung,
    QueryLagging,
    AccountUnreachable,
    OrderVanished,
    PageMissing,
    ErrorAsEmpty,
    ClosedOrderGap,

    // Money.
    AssetMissing,
    BalancesLate,
    Deposit,
    Withdrawal,
    ManualTrade,

    // Market.
    PriceZero,
    PriceNotANumber,
    PriceAbsent,
    PriceFrozen,
    PriceCrossed,
    MarketRefuses,
    MarketHalted,
    MarketDelisted,
    TickChanged,
    Depegged,

    // Time.
    ClockStep,
    VenueClockSkew,

    // Cluster.
    Partition,
    DatabaseUnreachable,
    EarlyTakeover,
    LeaseStoreLost,
    MessageLost,
    MessageRepeated,
    MessageLate,

    // Storage.
    AppendFailed,
    AppendSlow,
    AppendReportedFailed,
    DiskFull,
    ReadCorrupt,

    // What people do: not faults, but they come at any moment too.
    OperatorHalt,
    OperatorDecides,
    SettingsChanged,
}
