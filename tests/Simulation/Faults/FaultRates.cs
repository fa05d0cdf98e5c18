namespace Rebalancer.Simulation.Faults;

/// <summary>
/// How often each fault strikes in one seed, per opportunity. They differ from seed to seed by orders of magnitude, and about half of them are
/// off: a system that is always hit by everything never gets to the states in which a rare fault matters ("swarm testing", Groce et al. 2012).
/// </summary>
internal sealed class FaultRates
{
    private readonly double[] _rates = new double[Enum.GetValues<FaultKind>().Length];

    private FaultRates()
    {
    }

    public static FaultRates None { get; } = new();

    public static FaultRates Draw(Random random)
    {
        var rates = new FaultRates();
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            // Drawn for every kind, so that a new kind at the end leaves the others' rates as they were.
            var (isOn, magnitude) = (random.NextDouble() < 0.5, random.NextDouble());
            rates._rates[(int)kind] = isOn ? Typical(kind) * Math.Pow(10, magnitude - 0.7) : 0;
        }

        return rates;
    }

    public double Of(FaultKind kind) => _rates[(int)kind];

    /// <summary>For a message or a call, its share; for what is rolled for every few seconds, its chance each time.</summary>
    private static double Typical(FaultKind kind) => kind switch
    {
        FaultKind.KillBeforePersist or FaultKind.KillAfterPersist => 0.004,
        FaultKind.PauseBeforePersist or FaultKind.PauseAfterPersist => 0.004,
        FaultKind.KillBeforeSend or FaultKind.KillAfterSend or FaultKind.PauseBeforeSend or FaultKind.PauseAfterSend => 0.05,
        FaultKind.Kill or FaultKind.Pause => 0.002,
        FaultKind.RestartLoop => 0.2,
        >= FaultKind.SendLostBefore and <= FaultKind.SendReplyTruncated => 0.08,
        >= FaultKind.FillsRepeated and <= FaultKind.FillsLate => 0.05,
        FaultKind.QueryFailed => 0.02,
        FaultKind.QueryHung => 0.002,
        FaultKind.AccountUnreachable => 0.001,
        >= FaultKind.QueryLagging and <= FaultKind.BalancesLate => 0.02,
        FaultKind.Deposit or FaultKind.Withdrawal => 0.002,
        FaultKind.ManualTrade => 0.001,
        >= FaultKind.PriceZero and <= FaultKind.PriceCrossed => 0.01,
        >= FaultKind.MarketRefuses and <= FaultKind.Depegged => 0.0005,
        FaultKind.ClockStep => 0.002,
        FaultKind.VenueClockSkew => 0.001,
        FaultKind.Partition or FaultKind.DatabaseUnreachable => 0.002,
        FaultKind.EarlyTakeover or FaultKind.LeaseStoreLost => 0.001,
        FaultKind.MessageLost or FaultKind.MessageRepeated or FaultKind.MessageLate => 0.05,
        FaultKind.AppendFailed => 0.03,
        FaultKind.AppendReportedFailed or FaultKind.AppendSlow => 0.01,
        FaultKind.DiskFull => 0.0005,
        FaultKind.ReadCorrupt => 0.03,
        FaultKind.OperatorHalt => 0.001,
        FaultKind.OperatorDecides or FaultKind.SettingsChanged => 0.003,
        _ => throw new InvalidOperationException($"{kind} has no rate."),
    };
}
