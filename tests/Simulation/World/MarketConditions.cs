using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Simulation.World;

/// <summary>What has befallen the markets of one exchange, and its clock.</summary>
internal sealed class MarketConditions(TimeProvider clock)
{
    private readonly SortedDictionary<string, DateTimeOffset> _haltedUntil = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> _refusesUntil = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> _delistedUntil = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, decimal> _ticks = new(StringComparer.Ordinal);

    private readonly List<TimeSpan> _offsets = [TimeSpan.Zero];

    /// <summary>The venue's clock less the true one.</summary>
    public TimeSpan ClockOffset => _offsets[^1];

    /// <summary>Every offset its clock has had, the latest first.</summary>
    public IEnumerable<TimeSpan> ClockOffsets => _offsets.AsEnumerable().Reverse();

    public void SetClock(TimeSpan offset) => _offsets.Add(offset);

    public void Halt(string asset, TimeSpan duration) => _haltedUntil[asset] = clock.GetUtcNow() + duration;

    /// <summary>From now on every order is refused, though nothing in the market's rules says so.</summary>
    public void Refuse(string asset, TimeSpan duration) => _refusesUntil[asset] = clock.GetUtcNow() + duration;

    public void Delist(string asset, TimeSpan duration) => _delistedUntil[asset] = clock.GetUtcNow() + duration;

    public void ChangeTick(string asset, decimal tick) => _ticks[asset] = tick;

    public void Heal()
    {
        _haltedUntil.Clear();
        _refusesUntil.Clear();
        _delistedUntil.Clear();
        SetClock(TimeSpan.Zero);
    }

    public bool IsListed(string asset) => !IsWithin(_delistedUntil, asset);

    public IReadOnlyList<MarketRules> Apply(IReadOnlyList<MarketRules> rules) =>
        [.. rules.Where(market => IsListed(market.Market.Asset)).Select(market => market with
        {
            TickSize = _ticks.GetValueOrDefault(market.Market.Asset, market.TickSize),
            Session = IsHalted(market.Market.Asset) ? TradingSession.Halted : market.Session,
        })];

    /// <summary>Why the venue will not have the order; null when these conditions have nothing against it.</summary>
    public SendOutcome.Rejected? Refusal(OrderRequest order)
    {
        var asset = order.Market.Asset;
        return !IsListed(asset) ? new SendOutcome.Rejected("delisted", $"{asset} is delisted")
            : IsHalted(asset) ? new SendOutcome.Rejected("halted", $"{asset} is halted")
            : IsWithin(_refusesUntil, asset) ? new SendOutcome.Rejected("restricted", $"{asset} may not be traded now")
            : order.LimitPrice is { } price && _ticks.TryGetValue(asset, out var tick) && price % tick != 0
                ? new SendOutcome.Rejected("tick-size", $"{price} is no multiple of {tick}")
            : null;
    }

    private bool IsHalted(string asset) => IsWithin(_haltedUntil, asset);

    private bool IsWithin(SortedDictionary<string, DateTimeOffset> untils, string asset) => untils.TryGetValue(asset, out var until) && clock.GetUtcNow() < until;
}
