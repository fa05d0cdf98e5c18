using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Actors;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Observing;

namespace Rebalancer.Simulation.World;

/// <summary>Owner and operator: deposits, trades by hand, halts, commands and changed settings, some by plan so that every seed decides, more at random.</summary>
/// <param name="folds">What the accounts believe.</param>
internal sealed class People(ClusterWorld world, Folds folds)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DecisionPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRound = TimeSpan.FromHours(3);

    private readonly Random _random = new(world.Plan.Seed + 17);
    private readonly SortedSet<string> _waitingFor = new(StringComparer.Ordinal);
    private int _requests;

    /// <summary>Whether the last <see cref="AskToDecide"/> was answered with a decision; null while the operator waits.</summary>
    public bool? HeardDecision { get; private set; } = false;

    /// <summary>Three causes to decide in every seed, apart from the schedule's, and again every few hours of a long one.</summary>
    public void Begin()
    {
        var safety = world.Plan.Safety;
        var length = safety < LongestRound ? safety : LongestRound;
        for (var round = 0; round * length < safety; round++)
        {
            var account = world.Plan.Accounts[(1 + round) % world.Plan.Accounts.Count].Id;
            if (round > 0)
                world.Later(length * round, ResumeEverything);
            world.Later(length * (round + 0.3 + (0.1 * _random.NextDouble())), () => Deposit(account, 4_000));
            world.Later(length * (round + 0.5 + (0.1 * _random.NextDouble())), ChangeSettings);
            world.Later(length * (round + 0.7 + (0.1 * _random.NextDouble())), () => Decide("by plan"));
        }
    }

    public void Roll(string account)
    {
        if (world.Faults.Strikes(FaultKind.Deposit, account))
            Deposit(account, Math.Round((decimal)world.Faults.Size(FaultKind.Deposit, account, 5, 3_000), 2));
        if (world.Faults.Strikes(FaultKind.Withdrawal, account))
            world.Venues.Withdraw(account, (decimal)world.Faults.Size(FaultKind.Withdrawal, account, 0.05, 1));
        if (world.Faults.Strikes(FaultKind.ManualTrade, account))
            world.Venues.TradeByHand(account, world.Faults.Size(FaultKind.ManualTrade, account, 0, 1));
        if (world.Faults.Strikes(FaultKind.OperatorHalt, account))
        {
            Halt(account);
            world.Later(world.Faults.Seconds(FaultKind.OperatorHalt, account, 20, 300), () => Resume(account));
        }
    }

    public void Roll()
    {
        if (world.Faults.Strikes(FaultKind.OperatorDecides, "portfolio"))
            Decide("at random");
        if (world.Faults.Strikes(FaultKind.SettingsChanged, "portfolio"))
            ChangeSettings();
        if (world.Faults.Strikes(FaultKind.OperatorHalt, "portfolio"))
        {
            Tell("portfolio/main", new HaltPortfolio("operator", "at random"));
            world.Later(world.Faults.Seconds(FaultKind.OperatorHalt, "portfolio", 20, 300), () => Tell("portfolio/main", new ResumePortfolio("operator", "over")));
        }

        if (world.Faults.Strikes(FaultKind.OperatorHalt, "global"))
        {
            Tell(RosterActor.Entity, new RosterEvent.TradingHalted("operator", "at random"));
            world.Later(world.Faults.Seconds(FaultKind.OperatorHalt, "global", 20, 300), ResumeTrading);
        }
    }

    /// <summary>The operator looks at every alarm and lets trading go on.</summary>
    public void ResumeEverything()
    {
        foreach (var account in world.Venues.Accounts)
            Resume(account);
        Tell("portfolio/main", new ResumePortfolio("operator", "looked at it"));
        ResumeTrading();
    }

    /// <summary>
    /// Whoever resumes an account takes its balances as they were read, so the operator looks at the venue first, as the documentation says:
    /// while that has more than the account has read of it, the operator waits.
    /// </summary>
    public void Resume(string account)
    {
        if (!IsMisread(account))
            Tell($"account/{account}", new AccountCommand.Resume("operator", "looked at it"));
        else if (_waitingFor.Add(account))
            world.Later(LooksAgainAfter, () => LookAgain(account));
    }

    public void Decide(string why) => Tell("portfolio/main", new RebalanceNow("operator", why, DryRun: false));

    /// <summary>As the command line does it: a request can be lost while the portfolio moves between nodes, and who hears nothing may ask again.</summary>
    public void AskToDecide(string why)
    {
        HeardDecision = null;
        world.Later(TimeSpan.Zero, () => _ = AskToDecideAsync(why));

        // On the world's clock: the question's own ends with the process that asked it.
        world.Later(DecisionPatience, () => HeardDecision ??= false);
    }

    private async Task AskToDecideAsync(string why)
    {
        if (Node() is not { } node)
        {
            HeardDecision = false;
            return;
        }

        try
        {
            var answer = await node.System.Entity("portfolio/main")
                .AskAsync<RebalanceAnswer>(new RebalanceNow("operator", why, DryRun: false), DecisionPatience);
            HeardDecision = answer.DecisionId is not null;
        }
        catch (TimeoutException)
        {
            // Nobody heard the question, or its answer was lost.
        }
    }

    private void LookAgain(string account)
    {
        _waitingFor.Remove(account);
        Resume(account);
    }

    private bool IsMisread(string account) =>
        folds.Accounts.TryGetValue(account, out var believed) && believed.TradingState != TradingState.Active
        && believed.Expected.Keys.Any(asset => (believed.BalanceOf(asset)?.Total ?? 0) is var read
            && read < believed.Expected[asset] && read < world.Venues.Book(account)[asset].Total);

    private void ResumeTrading() => Tell(RosterActor.Entity, new RosterEvent.TradingResumed("operator", "over"));

    private void Deposit(string account, decimal dollars) => world.Venues.Deposit(account, dollars);

    private void Halt(string account) => _ = HaltAsync(account);

    private async Task HaltAsync(string account)
    {
        if (Node() is not { } node)
            return;
        try
        {
            var answer = await node.System.Entity($"account/{account}")
                .AskAsync<CommandAnswer>(new AccountCommand.Halt("operator", "at random"), Patience);
            if (answer.Error is null)
                world.Observe(new Observation.HaltAnswered(world.Clock.GetUtcNow(), account));
        }
        catch (TimeoutException)
        {
            // The operator may not hear of it; what was not answered is not promised.
        }
    }

    private void ChangeSettings()
    {
        var bitcoin = Math.Round(0.24m + (0.12m * (decimal)_random.NextDouble()), 3);
        world.Portfolio = world.Portfolio with { Targets = WorldCatalog.Targets(bitcoin, 0.52m - bitcoin, 0.03m) };
        Tell("portfolio/main", new ChangePortfolioSettings(world.Options.Canary.Wrap(world.Portfolio), "the settings file"));
    }

    /// <summary>People talk to whichever process answers.</summary>
    private void Tell(string entity, object command) => Node()?.System.Entity(entity).Tell(command);

    private NodeProcess? Node()
    {
        var running = world.Machines.Select(machine => machine.Running).OfType<NodeProcess>().ToList();
        return running.Count == 0 ? null : running[_requests++ % running.Count];
    }
}
