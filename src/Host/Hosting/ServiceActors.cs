using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.MarketData;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Telemetry;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Host.Vault;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Hosting;

/// <summary>Registers the entities and brings them to the configuration: at the start, and whenever it changes.</summary>
internal sealed class ServiceActors(
    ActorSystem system, PersistenceEngine engine, ClusterMember member, ServiceSettings settings, CredentialVault vault, ServiceMeter meter) : IDisposable
{
    private const string RestoreCheck = "restore check";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>An account whose state is long takes a while to recover before it answers.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RestorePatience = TimeSpan.FromMinutes(2);

    /// <summary>How long accounts have for a fresh reading before a decision, at the machine's speed.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(15);

    /// <summary>A year of a hundred markets, asked for at a venue's leisure.</summary>
    private static readonly TimeSpan HistoryTimeout = TimeSpan.FromMinutes(3);

    private readonly VenueTurns _turns = new();
    private ServiceAccounts? _accounts;

    public async Task<ServiceAccounts> StartAsync(Roster roster, CancellationToken cancellationToken)
    {
        _accounts = new ServiceAccounts(settings.Configuration, roster, settings.Consent, settings.Variables, vault, settings.Venues, ApplyAsync);
        _ = system.Spawn(new Props(() => new DeliveryActor(engine, system.Entity)), "delivery");
        system.RegisterEntity(RosterActor.EntityType, _ => new Props(() => new RosterActor(engine)), () => [RosterActor.Entity.Split('/')[1]]);
        system.RegisterEntity("account", CreateAccount, () => Accounts.Ids);
        system.RegisterEntity("portfolio", CreatePortfolio, () => Accounts.Portfolios);
        foreach (var orphan in await OpenOrders.FindOrphansAsync(_accounts.Ids, cancellationToken))
        {
            settings.Log.Error("{Orphan}", orphan);
        }

        return _accounts;
    }

    /// <summary>Journals that these portfolios' owner has just allowed them to send real orders.</summary>
    public async Task ConfirmLiveAsync(IReadOnlyList<string> portfolios, CancellationToken cancellationToken)
    {
        foreach (var portfolio in portfolios)
        {
            var confirmed = new RosterEvent.LiveConfirmed(portfolio, Environment.UserName, "confirmed at the start of the service");
            _ = await system.Entity(RosterActor.Entity).AskAsync<Roster>(confirmed, Patience, cancellationToken);
        }
    }

    /// <summary>
    /// Leaves every account reducing; returns when that is durable. One that moves to another node while it is told is told again. What another node
    /// has answered meanwhile is left to it: an owner may have looked and resumed an account since.
    /// </summary>
    /// <param name="countAnswered">How many restores the journal knows to have been answered.</param>
    public async Task ReduceAllAsync(string why, Func<CancellationToken, Task<int>> countAnswered, CancellationToken cancellationToken)
    {
        var answered = await countAnswered(cancellationToken);
        var reduce = new AccountCommand.Reduce(RestoreCheck, why);
        foreach (var id in Accounts.Ids)
        {
            if (await countAnswered(cancellationToken) > answered)
            {
                return;
            }

            _ = await RepeatedQuestion.AskAsync(
                patience => AskAsync<CommandAnswer>($"account/{id}", reduce, cancellationToken, patience), AskAgainAfter, RestorePatience, settings.WallClock);
        }

        _ = await RepeatedQuestion.AskAsync(
            patience => AskAsync<Roster>(RosterActor.Entity, new RosterEvent.RestoreAnswered(RestoreCheck, why), cancellationToken, patience),
            AskAgainAfter, RestorePatience, settings.WallClock);
    }

    public void Dispose() => _accounts?.Dispose();

    private async Task ApplyAsync(EffectiveConfiguration before, EffectiveConfiguration after, CancellationToken cancellationToken)
    {
        await OpenOrders.ThrowIfLeftBehindAsync(before, after, cancellationToken);
        foreach (var id in before.Accounts.Keys.Where(id => IsChanged(id, before, after)).Concat(after.Accounts.Keys.Except(before.Accounts.Keys)))
        {
            Stop($"account/{id}");
        }

        foreach (var portfolio in before.Portfolios.Where(portfolio => after.Portfolios.All(kept => kept.Id != portfolio.Id)))
        {
            Stop($"portfolio/{portfolio.Id}");
        }

        bool IsNew(PortfolioSettings portfolio) => before.Portfolios.All(known => known.Id != portfolio.Id);
        foreach (var portfolio in after.Portfolios.Where(IsNew))
        {
            // What stood in for it while nobody knew it; whichever node it lives on takes the roster up by itself.
            Stop($"portfolio/{portfolio.Id}");
            system.Entity($"portfolio/{portfolio.Id}").Tell(new GetPortfolio());
        }

        foreach (var portfolio in after.Portfolios.Where(portfolio => !IsNew(portfolio)))
        {
            var answer = await AskAsync<CommandAnswer>($"portfolio/{portfolio.Id}", new ChangePortfolioSettings(portfolio, "the settings file"), cancellationToken);
            if (answer.Error is { } error)
            {
                settings.Log.Error("Portfolio {Portfolio} refused its changed settings and goes on with what it had: {Error}", portfolio.Id, error);
            }
        }

        after.Accounts.Keys.ToList().ForEach(ActivateAccount);
    }

    /// <summary>An account actor is made from its own settings and from limits of its portfolio.</summary>
    private bool IsChanged(string id, EffectiveConfiguration before, EffectiveConfiguration after)
    {
        var (was, owner) = (before.Accounts[id], before.PortfolioOf(id));
        return !after.Accounts.TryGetValue(id, out var account) || account.Text != was.Text
            || after.PortfolioOf(id)?.Id != owner?.Id || after.PortfolioOf(id)?.Mode != owner?.Mode || PolicyOf(account, after.PortfolioOf(id)) != PolicyOf(was, owner);
    }

    /// <summary>A first message starts an account, which from then on polls by itself; its answer starts its portfolio.</summary>
    private void ActivateAccount(string id)
    {
        var portfolio = Accounts.PortfolioOf(id) is { } owner ? system.Entity($"portfolio/{owner.Id}") : null;
        system.Entity($"account/{id}").Tell(new GetAccountReport(Refresh: false), portfolio);
    }

    /// <summary>As if the entity had asked its region for it; the next message starts it with the settings of then.</summary>
    private void Stop(string entity)
    {
        if (system.Find($"/user/{entity}") is { } living)
        {
            system.Find($"/user/{entity.Split('/')[0]}")?.Tell(new Passivate(), living);
        }
    }

    private OpenOrderCheck OpenOrders => new(
        (id, cancellationToken) => AskAsync<AccountReport>($"account/{id}", new GetAccountReport(Refresh: false), cancellationToken), engine);

    /// <summary>How long is waited is real time: a machine works no faster when the service's clock does.</summary>
    private async Task<T> AskAsync<T>(string entity, object message, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        await member.WhenPlacedAsync(entity, patience ?? Patience, settings.WallClock, cancellationToken);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await system.Entity(entity).AskAsync<T>(message, Timeout.InfiniteTimeSpan, asking.Token).AsTask()
                .WaitAsync(patience ?? Patience, settings.WallClock, cancellationToken);
        }
        finally
        {
            await asking.CancelAsync();
        }
    }

    private Props CreatePortfolio(string id) => !Accounts.Portfolios.Contains(id) ? Unconfigured($"portfolio/{id}") : new PortfolioCoordinatorSettings
    {
        Portfolio = Accounts.Current.Portfolio(id),
        Place = problem => meter.TimeSolve(
            id, () => settings.WallClock.Time(
                () => Planner.Plan(problem, settings.Solver, explain: true, new ClockDeadline(settings.WallClock, problem.TimeLimitSeconds)))),
        Solver = settings.Solver,
        ReadTimeout = ReadTimeout * ClockFactor,
        HistoryTimeout = HistoryTimeout * ClockFactor,
        AskYahoo = settings.Yahoo is { } yahoo ? (get, token) => AskYahooAsync(yahoo, get, token) : null,
    }.CreateProps(engine);

    private PriceHistoryStore History => new((ICacheStore)settings.Store.Journal, settings.Clock);

    /// <summary>What was read is kept in the journal's database, which is where each question finds it.</summary>
    private async Task<HistoryAnswer> AskYahooAsync(IPriceHistory yahoo, GetHistory get, CancellationToken cancellationToken) =>
        (await new HistoryReader(YahooPlan.Source, yahoo, YahooPlan.Source, History).ReadAsync(get, HistoryCache.Empty, cancellationToken)).Answer;

    private Props CreateAccount(string id)
    {
        if (!Accounts.Current.Accounts.TryGetValue(id, out var account))
        {
            return Unconfigured($"account/{id}");
        }

        var portfolio = Accounts.PortfolioOf(id);
        return new AccountActorSettings
        {
            Id = id,
            PortfolioId = portfolio?.Id,
            OpenVenue = async () => new MeteredVenue(AllowedAssets.Limit(await Accounts.OpenAsync(id), account.Assets), id, meter),
            TakeTurn = _turns.Of(account),
            Taxable = account.Taxable,
            Lots = account.Lots,
            Policy = PolicyOf(account, portfolio),
            History = History,
            PollInterval = TimeSpan.FromSeconds(account.PollSeconds),
            QuotePollInterval = TimeSpan.FromSeconds(account.PricePollSeconds),

            Uptime = ClockFactor > 1 ? UptimeClock.Of(settings.Clock) : UptimeClock.OfMachine,
            LeaseRemaining = settings.Store.IsShared ? () => member.LeaseRemaining : null,
        }.CreateProps(engine);
    }

    private Props Unconfigured(string entity) =>
        new(() => new UnconfiguredEntity(entity, settings.Store.IsShared ? RosterWatcher.Interval * 5 : TimeSpan.Zero));

    private AccountPolicy PolicyOf(AccountConfiguration account, PortfolioSettings? portfolio) => new()
    {
        Reserve = account.Reserve,
        ReserveCurrency = portfolio?.BaseCurrency,
        Timings = (portfolio is null
            ? Domain.Orders.OrderTimings.Default
            : Domain.Orders.OrderTimings.Default with
            {
                MaxBalanceAge = TimeSpan.FromSeconds(portfolio.Limits.MaxBalanceAgeSeconds),
                MaxPriceAge = TimeSpan.FromSeconds(portfolio.Limits.MaxCryptoPriceAgeSeconds),
                MaxBrokerPriceAge = TimeSpan.FromSeconds(portfolio.Limits.MaxEquityPriceAgeSeconds),
                MaxRulesAge = TimeSpan.FromSeconds(portfolio.Limits.MaxRulesAgeSeconds),
                MaxClockSkew = TimeSpan.FromSeconds((double)portfolio.Limits.MaxClockSkewSeconds),
            }).WithAgesMultipliedBy(ClockFactor),
    };

    /// <summary>How much faster than the wall the demo's clock runs; 1 in earnest.</summary>
    private double ClockFactor => settings.Clock is ScaledTimeProvider scaled ? scaled.Factor : 1;

    private ServiceAccounts Accounts => _accounts ?? throw new InvalidOperationException("Accounts are known once the roster has been read.");
}
