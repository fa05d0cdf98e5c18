using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.World;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.Canaries;

/// <summary>The planted bugs, after failures of real trading systems.</summary>
internal static class CanaryCatalog
{
    public static IReadOnlyList<Canary> All { get; } =
    [
        Venue("timeout-is-failure", "a send without an answer is read as rejected", inner => new SendingBugs.TimeoutIsFailure(inner)),
        Venue("placement-retried", "a send without an answer is made again", inner => new SendingBugs.RetriesPlacement(inner)),
        Venue("deadline-ignored", "an order waits in a queue past its deadline and is sent", (inner, world) => new SendingBugs.IgnoresDeadline(inner, world)),
        Venue("quantity-rounded", "a quantity goes through a double and comes off its step", inner => new SendingBugs.RoundsQuantity(inner)),
        Venue("id-reused", "a client order id is used again", inner => new SendingBugs.ReusesIds(inner)),
        Venue("price-chased", "the limit is moved after the permit", inner => new SendingBugs.ChasesPrice(inner)),
        Venue("rate-unlimited", "the venue's rate of orders is not kept", inner => new SendingBugs.NoRateBudget(inner)),
        Venue("not-found-is-rejected", "an order that is not found is read as rejected", inner => new SendingBugs.NotFoundIsRejected(inner)),
        Venue("not-open-is-cancelled", "an order that is in no list is read as cancelled", inner => new SendingBugs.NotOpenIsCancelled(inner)),
        new BelievingCanary("error-is-empty", "a failed query is read as an empty answer and believed", (inner, world) => new ReadingBugs.ErrorIsEmpty(inner, world.Clock)),
        Venue("partial-fill-dropped", "of several fills of an order only the last is read", inner => new ReadingBugs.DropsPartialFills(inner)),
        Venue("replay-booked-twice", "a fill that the venue repeats is booked again", inner => new ReadingBugs.BooksReplaysTwice(inner)),
        Venue("fee-asset-ignored", "every fee is taken for one in the quote", inner => new ReadingBugs.TakesFeesInQuote(inner)),
        Venue("sides-swapped", "every fill is read as a buy", inner => new ReadingBugs.SwapsSides(inner)),
        Venue("proceeds-unconfirmed", "money not yet there is spent", inner => new ReadingBugs.SpendsUnconfirmedProceeds(inner)),
        Venue("balance-reserved-twice", "two managers reserve one balance", inner => new ReadingBugs.ReservesTwice(inner)),
        new BelievingCanary("missing-is-zero", "an asset that a reading leaves out is taken for none", (inner, _) => inner),
        Venue("price-made-up", "a price that is absent is filled in", inner => new ReadingBugs.MakesUpPrices(inner)),
        Venue("price-age-ignored", "an old price is taken for a new one", (inner, world) => new ReadingBugs.RestampsPrices(inner, world.Clock)),
        new JournalCanary("unknown-write-is-done", "a write of unknown outcome is taken for done", (inner, _) => JournalBugs.Answering(inner, JournalBugs.UnknownIsDone)),
        Venue("fill-marked-not-applied", "a fill is marked as seen when it is read, before it is booked", (inner, world) => new ReadingBugs.MarksFillsBeforeBooking(inner, world)),
        new JournalCanary("fence-ignored", "a node writes under whatever epoch is current", (inner, world) => JournalBugs.Changing(inner, request => JournalBugs.AlwaysCurrent(request, world))),
        new JournalCanary("halt-not-checked", "the halts are not looked at in the arming append", (inner, _) => JournalBugs.Changing(inner, request => request with { HaltScopes = [] })),
        new JournalCanary("snapshot-off-by-one", "a snapshot states the wrong last event", (inner, _) => JournalBugs.WithWrongSnapshots(inner)),
        Timings("startup-wait-skipped", "the first permit does not wait for the predecessor's last", timings => timings with { StartupWait = TimeSpan.Zero }),
        Timings("balances-stale", "balances of any age will do", timings => timings with { MaxBalanceAge = TimeSpan.FromDays(1) }),
        Timings("prices-stale", "prices of any age will do", timings => timings with { MaxPriceAge = TimeSpan.FromDays(1) }),
        Timings("settlement-ignored", "balances are believed right after a fill", timings => timings with { SettleDelay = TimeSpan.Zero }),
        Timings("never-arrived-at-once", "one negative answer proves that an order never arrived", timings => timings with { NeverArrivedReadings = 1, NeverArrivedSpan = TimeSpan.Zero }),
        Timings("skew-ignored", "clocks may differ by anything", timings => timings with { MaxClockSkew = TimeSpan.FromDays(1) }),
        Timings("rejects-unlimited", "the same refusal is provoked for ever", timings => timings with { IdenticalRejects = 1_000, RetryDelay = TimeSpan.FromMilliseconds(10) }),
        new SettingsCanary("wrong-day-across-clock-change", "the schedule takes the zone's summer time for its time all year", settings => settings with { Schedule = settings.Schedule! with { TimeZone = "Etc/GMT+4" } }),
    ];

    /// <exception cref="ArgumentException">There is no such bug.</exception>
    public static Canary Find(string name) => All.FirstOrDefault(canary => canary.Name == name)
        ?? throw new ArgumentException($"There is no canary {name}; there are {string.Join(", ", All.Select(canary => canary.Name))}.", nameof(name));

    private static VenueCanary Venue(string name, string bug, Func<IVenue, IVenue> wrap) => new(name, bug, (inner, _) => wrap(inner));

    private static VenueCanary Venue(string name, string bug, Func<IVenue, ClusterWorld, IVenue> wrap) => new(name, bug, wrap);

    private static PolicyCanary Timings(string name, string bug, Func<OrderTimings, OrderTimings> change) =>
        new(name, bug, policy => policy with { Timings = change(policy.Timings) });

    private sealed record VenueCanary(string Name, string Bug, Func<IVenue, ClusterWorld, IVenue> With) : Canary(Name, Bug)
    {
        public override IVenue Wrap(IVenue venue, ClusterWorld world, string account) => With(venue, world);
    }

    private sealed record JournalCanary(string Name, string Bug, Func<IJournal, ClusterWorld, IJournal> With) : Canary(Name, Bug)
    {
        public override IJournal Wrap(IJournal journal, ClusterWorld world) => With(journal, world);
    }

    /// <summary>The account has a defence of its own against a reading that lacks something; this bug takes it away.</summary>
    private sealed record BelievingCanary(string Name, string Bug, Func<IVenue, ClusterWorld, IVenue> With) : Canary(Name, Bug)
    {
        public override IVenue Wrap(IVenue venue, ClusterWorld world, string account) => With(venue, world);

        public override IJournal Wrap(IJournal journal, ClusterWorld world) => JournalBugs.BelievingWhatIsMissing(journal);
    }

    private sealed record PolicyCanary(string Name, string Bug, Func<AccountPolicy, AccountPolicy> With) : Canary(Name, Bug)
    {
        public override AccountPolicy Wrap(AccountPolicy policy) => With(policy);
    }

    private sealed record SettingsCanary(string Name, string Bug, Func<PortfolioSettings, PortfolioSettings> With) : Canary(Name, Bug)
    {
        public override PortfolioSettings Wrap(PortfolioSettings settings) => With(settings);
    }
}
