using Rebalancer.Simulation.Faults;

namespace Rebalancer.Simulation.Tests.Faults;

public sealed class FaultInjectorTests
{
    private static readonly FaultRates Rates = FaultRates.Draw(new Random(4));

    [Fact]
    public void Draws_DoNotDependOnWhatElseIsAsked()
    {
        var alone = Strikes(new FaultInjector(9, Rates, TimeProvider.System, null), _ => { });
        var among = Strikes(new FaultInjector(9, Rates, TimeProvider.System, null), injector => injector.Strikes(FaultKind.MessageLate, "elsewhere"));

        among.ShouldBe(alone);
        alone.Count.ShouldBeInRange(1, 4_999);
    }

    [Fact]
    public void Only_LetsTheNamedFaultsHappenAndNoOthers()
    {
        var all = Strikes(new FaultInjector(9, Rates, TimeProvider.System, null), _ => { });
        var two = all.Take(2).ToHashSet(StringComparer.Ordinal);

        Strikes(new FaultInjector(9, Rates, TimeProvider.System, two), _ => { }).ShouldBe(all.Take(2));
    }

    [Fact]
    public void Off_NothingStrikes() =>
        Strikes(new FaultInjector(9, Rates, TimeProvider.System, null) { IsOn = false }, _ => { }).ShouldBeEmpty();

    [Fact]
    public void Rates_DifferFromSeedToSeed_AndAboutHalfAreOff()
    {
        var kinds = Enum.GetValues<FaultKind>();
        var off = Enumerable.Range(0, 50).Average(seed => kinds.Count(kind => FaultRates.Draw(new Random(seed)).Of(kind) == 0));

        off.ShouldBeInRange(kinds.Length * 0.4, kinds.Length * 0.6);
    }

    private static List<string> Strikes(FaultInjector injector, Action<FaultInjector> between)
    {
        // Whichever kinds this draw of rates has switched on.
        var kinds = Enum.GetValues<FaultKind>().Where(kind => Rates.Of(kind) > 0 && kind != FaultKind.MessageLate).Take(3).ToList();
        for (var round = 0; round < 5_000; round++)
        {
            injector.Strikes(kinds[round % kinds.Count], "here");
            between(injector);
        }

        return [.. injector.Struck.Where(fault => fault.Site == "here").Select(fault => fault.Id)];
    }
}
