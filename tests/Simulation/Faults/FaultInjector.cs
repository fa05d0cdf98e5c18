using System.Globalization;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Simulation.Faults;

/// <param name="Number">The how-manieth opportunity for this fault at this site it was: with kind and site it names the fault in every run of the seed.</param>
internal sealed record Fault(FaultKind Kind, string Site, int Number, DateTimeOffset At)
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Kind}@{Site}#{Number}");
}

/// <summary>
/// Decides which opportunity for a fault is taken. A draw depends on seed, kind, site and number only, so that the same opportunity is decided
/// alike whatever else happens; this lets a failing seed be run again with some of its faults left out.
/// </summary>
/// <param name="only">Ids of the faults to let happen; null: as drawn.</param>
internal sealed class FaultInjector(ulong seed, FaultRates rates, TimeProvider clock, IReadOnlySet<string>? only)
{
    private readonly SortedDictionary<(FaultKind Kind, string Site), Opportunity> _opportunities =
        new(Comparer<(FaultKind Kind, string Site)>.Create((one, other) =>
            one.Kind != other.Kind ? one.Kind.CompareTo(other.Kind) : string.CompareOrdinal(one.Site, other.Site)));

    private readonly List<Fault> _struck = [];

    /// <summary>Off in the liveness phase: then nothing strikes any more.</summary>
    public bool IsOn { get; set; } = true;

    public IReadOnlyList<Fault> Struck => _struck;

    /// <summary>Told of every fault as it strikes.</summary>
    public Action<Fault>? OnStrike { get; set; }

    /// <summary>Whether this opportunity is taken.</summary>
    public bool Strikes(FaultKind kind, string site)
    {
        var rate = rates.Of(kind);
        if (!IsOn || rate <= 0)
            return false;
        if (!_opportunities.TryGetValue((kind, site), out var opportunity))
            _opportunities.Add((kind, site), opportunity = new Opportunity(Mix(seed ^ FixedHash.Fnv1a64($"{kind}@{site}"))));
        var number = ++opportunity.Number;
        if (only is null ? ToUnit(opportunity.Draw(number, 0)) >= rate : !only.Contains(new Fault(kind, site, number, default).Id))
            return false;
        var fault = new Fault(kind, site, number, clock.GetUtcNow());
        _struck.Add(fault);
        OnStrike?.Invoke(fault);
        return true;
    }

    /// <summary>A size for the fault that has just struck there, from least to most; the same wherever the same fault strikes.</summary>
    public double Size(FaultKind kind, string site, double least, double most, int which = 1)
    {
        var opportunity = _opportunities[(kind, site)];
        return least + ((most - least) * ToUnit(opportunity.Draw(opportunity.Number, which)));
    }

    public TimeSpan Seconds(FaultKind kind, string site, double least, double most, int which = 1) =>
        TimeSpan.FromSeconds(Math.Round(Size(kind, site, least, most, which), 3));

    private static double ToUnit(ulong draw) => (draw >> 11) / 9007199254740992.0;

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    private sealed class Opportunity(ulong source)
    {
        public int Number { get; set; }

        public ulong Draw(int number, int which) => Mix(unchecked(source + (((ulong)number * 8) + (ulong)which + 1) * 0x9E3779B97F4A7C15));
    }
}
