namespace Rebalancer.Domain.Orders;

/// <summary>
/// Every wait and limit of age in the order protocol, in one place. All of them count on the service's clock, so a clock that runs faster divides
/// every wait by its factor; the limits that allow for the machine's own speed then grow, by <see cref="WithAgesMultipliedBy"/>.
/// </summary>
public sealed record OrderTimings
{
    public static OrderTimings Default { get; } = new();

    /// <summary>From taking ownership to the first permit, on one's own clock.</summary>
    public TimeSpan StartupWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Balances lag: a reading begun sooner after a fill or cancel is not believed for the assets it moved.</summary>
    public TimeSpan SettleDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An unexplained difference must be read twice this far apart.</summary>
    public TimeSpan TransferConfirmation { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Negative answers must span this long before an order never arrived.</summary>
    public TimeSpan NeverArrivedSpan { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An order Unknown for this long is quarantined.</summary>
    public TimeSpan QuarantineAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Between two questions about live and Unknown orders.</summary>
    public TimeSpan EvidenceInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks of an order manager at what to do next.</summary>
    public TimeSpan TacticsInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two requests for the same cancel.</summary>
    public TimeSpan CancelRepeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Before an intent follows one that was rejected or not sent.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two questions about a quarantined order, which may stay one for days.</summary>
    public TimeSpan QuarantineInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long identical rejects count against a further order of that market and side.</summary>
    public TimeSpan RejectMemory { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Before a failed reading is repeated; doubles with each further failure.</summary>
    public TimeSpan ReadRetry { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan MaxReadRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Ids of ended orders are remembered and watched for this long.</summary>
    public TimeSpan RetiredWatch { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Margin before the send when asking what happened since, for differing clocks.</summary>
    public TimeSpan EvidenceMargin { get; init; } = TimeSpan.FromSeconds(30);

    public int NeverArrivedReadings { get; init; } = 3;

    public int IdenticalRejects { get; init; } = 3;

    public TimeSpan SendDeadline { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan LeaseMargin { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan MaxBalanceAge { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan MaxPriceAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the venue is a broker: equities are quoted less often.</summary>
    public TimeSpan MaxBrokerPriceAge { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan MaxRulesAge { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For a clock that runs faster than the machine: what the machine needs to read, decide and send takes that much longer on it, so the
    /// limits that allow for this grow with the clock's factor. The waits stay, being the venue's.
    /// </summary>
    public OrderTimings WithAgesMultipliedBy(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        return this with
        {
            SendDeadline = SendDeadline * factor,
            MaxBalanceAge = MaxBalanceAge * factor,
            MaxPriceAge = MaxPriceAge * factor,
            MaxBrokerPriceAge = MaxBrokerPriceAge * factor,
            MaxClockSkew = MaxClockSkew * factor,
        };
    }
}
