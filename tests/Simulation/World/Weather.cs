using Rebalancer.Simulation.Faults;

namespace Rebalancer.Simulation.World;

/// <summary>What happens of itself, at any moment: rolled for every few seconds of true time.</summary>
internal sealed class Weather(ClusterWorld world, People people)
{
    /// <summary>More rarely in a long seed: as much weather, spread over its days.</summary>
    private readonly TimeSpan _interval = world.Plan.Safety > TimeSpan.FromHours(3) ? world.Plan.Safety / 2_000 : TimeSpan.FromSeconds(5);

    private readonly FaultInjector _faults = world.Faults;

    public void Begin() => world.Clock.CreateTimer(_ => Roll(), null, _interval, _interval);

    private void Roll()
    {
        if (!_faults.IsOn)
            return;
        foreach (var machine in world.Machines)
            RollMachine(machine);
        foreach (var exchange in world.Venues.Exchanges)
            RollExchange(exchange);
        foreach (var account in world.Venues.Accounts)
        {
            if (_faults.Strikes(FaultKind.AccountUnreachable, account))
                world.Cut($"{account}-queries", _faults.Seconds(FaultKind.AccountUnreachable, account, 20, 180));
            people.Roll(account);
        }

        RollDatabase();
        people.Roll();
    }

    private void RollMachine(Machine machine)
    {
        var name = machine.Name;
        if (_faults.Strikes(FaultKind.ClockStep, name))
            machine.ClockOffset = _faults.Seconds(FaultKind.ClockStep, name, -5, 5);
        if (_faults.Strikes(FaultKind.DatabaseUnreachable, name))
            world.Cut($"{name}-database", _faults.Seconds(FaultKind.DatabaseUnreachable, name, 2, 60));
        foreach (var other in world.Machines.Where(other => string.CompareOrdinal(name, other.Name) < 0))
        {
            var link = $"{name}-{other.Name}";
            if (_faults.Strikes(FaultKind.Partition, link))
                world.Cut(link, _faults.Seconds(FaultKind.Partition, link, 5, 90));
        }

        if (machine.Running is not { } node)
            return;
        if (_faults.Strikes(FaultKind.EarlyTakeover, name))
            _ = world.Leases.LeaveAsync(node.Process.Id, CancellationToken.None);
        if (_faults.Strikes(FaultKind.Pause, name))
            world.Pause(node.Process, _faults.Seconds(FaultKind.Pause, name, 1, 60));
        if (_faults.Strikes(FaultKind.Kill, name))
            machine.Kill(node.Process, _faults.Seconds(FaultKind.Kill, name, 0.5, 90));
    }

    private void RollExchange(string exchange)
    {
        var conditions = world.Venues.ConditionsAt(exchange);
        if (_faults.Strikes(FaultKind.VenueClockSkew, exchange))
            conditions.SetClock(_faults.Seconds(FaultKind.VenueClockSkew, exchange, -5, 5));
        foreach (var market in world.Venues.MarketsAt(exchange))
        {
            var (asset, site) = (market.Market.Asset, $"{exchange}/{market.Market.Asset}");
            if (_faults.Strikes(FaultKind.MarketRefuses, site))
                conditions.Refuse(asset, _faults.Seconds(FaultKind.MarketRefuses, site, 20, 1_200));
            if (_faults.Strikes(FaultKind.MarketHalted, site))
                conditions.Halt(asset, _faults.Seconds(FaultKind.MarketHalted, site, 10, 600));
            if (_faults.Strikes(FaultKind.MarketDelisted, site))
                conditions.Delist(asset, _faults.Seconds(FaultKind.MarketDelisted, site, 600, 7_200));
            if (_faults.Strikes(FaultKind.TickChanged, site))
                conditions.ChangeTick(asset, market.TickSize * 10);
            if (asset == WorldCatalog.StableCoin && _faults.Strikes(FaultKind.Depegged, site))
            {
                var worth = Math.Round((decimal)_faults.Size(FaultKind.Depegged, site, 0.3, 0.98), 3);
                world.Venues.Shock(exchange, market.Market, worth, _faults.Seconds(FaultKind.Depegged, site, 60, 3_600, which: 2));
            }
        }
    }

    private void RollDatabase()
    {
        if (_faults.Strikes(FaultKind.DiskFull, "database"))
            world.Cut("disk", _faults.Seconds(FaultKind.DiskFull, "database", 3, 40));
        if (_faults.Strikes(FaultKind.LeaseStoreLost, "database"))
            world.Cut("leases", _faults.Seconds(FaultKind.LeaseStoreLost, "database", 3, 60));
    }
}
