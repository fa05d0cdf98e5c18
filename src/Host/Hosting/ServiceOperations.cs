using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Orders;
using Rebalancer.Host.Api;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Hosting;

/// <summary>Answers the API by asking the actors.</summary>
/// <param name="wallClock">Of the machine: how long an answer may take does not depend on how fast the service's clock runs.</param>
public sealed partial class ServiceOperations(
    ActorSystem system, ClusterMember member, ServiceAccounts accounts, IJournal journal, TopologyReader topology, bool live, TimeProvider wallClock)
    : IServiceOperations
{
    private static readonly TimeSpan QueryPatience = TimeSpan.FromSeconds(10);

    /// <summary>Deciding includes the solver's own limit, which is shorter.</summary>
    private static readonly TimeSpan DecisionPatience = TimeSpan.FromMinutes(4);

    /// <summary>A permit's deadline is at most this far away, so after it nothing armed before a halt can be sent.</summary>
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(5);

    /// <summary>An order whose send was not answered is known to have ended after a wait of half a minute.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    public async Task<ServiceStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var portfolios = (await Task.WhenAll(accounts.Portfolios.Select(id => ViewAsync(id, cancellationToken)))).OfType<PortfolioView>().ToList();
        var halts = await journal.ReadHaltsAsync(cancellationToken);
        return new ServiceStatus(
            Versions.Product, system.Clock.GetUtcNow(), live, [.. halts.Select(halt => new HaltView(halt.Scope, halt.Who, halt.Why, halt.At))], portfolios);
    }

    public async Task<IReadOnlyList<AccountReport>> GetAccountsAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(accounts.Ids.Select(id => QueryAsync<AccountReport>($"account/{id}", new GetAccountReport(Refresh: false), cancellationToken)));

    public Task<PortfolioHoldings> GetHoldingsAsync(string? portfolio, CancellationToken cancellationToken) =>
        QueryAsync<PortfolioHoldings>($"portfolio/{KnownPortfolio(portfolio)}", new GetHoldings(), cancellationToken);

    public Task<PriceHistory> GetPriceHistoryAsync(string? portfolio, int lookbackDays, CancellationToken cancellationToken) =>
        PortfolioAsync<PriceHistory>(KnownPortfolio(portfolio), new GetPriceHistory(lookbackDays), DecisionPatience, cancellationToken);

    public Task<ServiceTopology> GetTopologyAsync(CancellationToken cancellationToken) => topology.ReadAsync(cancellationToken);

    public Task<string> GetConfigurationAsync(CancellationToken cancellationToken) => Task.FromResult(accounts.Describe());

    public async Task<IReadOnlyList<AccountOrder>> GetOrdersAsync(string? account, int limit, CancellationToken cancellationToken)
    {
        var orders = await Task.WhenAll((account is null ? accounts.Ids : [Known(account)]).Select(async id =>
            (await QueryAsync<OrderList>($"account/{id}", new GetOrders(limit), cancellationToken)).Orders.Select(order => new AccountOrder(id, order))));
        return [.. orders.SelectMany(list => list).OrderByDescending(order => order.Order.ChangedAt).ThenBy(order => order.Order.IntentId, StringComparer.Ordinal).Take(limit)];
    }

    public async Task<IReadOnlyList<PortfolioDecision>> GetDecisionsAsync(string? portfolio, int limit, CancellationToken cancellationToken)
    {
        var decisions = await Task.WhenAll((portfolio is null ? accounts.Portfolios : [KnownPortfolio(portfolio)]).Select(async id =>
            (await QueryAsync<DecisionList>($"portfolio/{id}", new GetDecisions(limit), cancellationToken)).Decisions.Select(decision => new PortfolioDecision(id, decision))));
        return [.. decisions.SelectMany(list => list).OrderByDescending(decision => decision.Decision.At).Take(limit)];
    }

    public Task<RebalanceAnswer> RebalanceAsync(string? portfolio, bool dryRun, Operator by, CancellationToken cancellationToken) =>
        PortfolioAsync<RebalanceAnswer>(KnownPortfolio(portfolio), new RebalanceNow(by.Who, by.Why, dryRun), DecisionPatience, cancellationToken);

    public async Task<RebalanceAnswer> ApplyAsync(string decision, bool acceptChanges, Operator by, CancellationToken cancellationToken)
    {
        foreach (var portfolio in accounts.Portfolios)
        {
            var decisions = await QueryAsync<DecisionList>($"portfolio/{portfolio}", new GetDecisions(int.MaxValue), cancellationToken);
            if (decisions.Decisions.Any(known => known.Id == decision))
            {
                var command = new ApplyDecision(decision, by.Who, acceptChanges);
                return await PortfolioAsync<RebalanceAnswer>(portfolio, command, DecisionPatience, cancellationToken);
            }
        }

        throw new UnknownNameException($"decision: there is no decision '{decision}'; 'rebalancer decisions' lists them");
    }

    public Task<PortfolioView> FetchAsync(string? portfolio, CancellationToken cancellationToken) =>
        PortfolioAsync<PortfolioView>(KnownPortfolio(portfolio), new FetchNow(), DecisionPatience, cancellationToken);

    public async Task HaltAsync(HaltTarget target, Operator by, CancellationToken cancellationToken)
    {
        if (target.Account is { } account)
        {
            // The account answers once none of its permits can be sent any more.
            await CommandAsync(
                Known(account), target.BuysOnly ? new AccountCommand.Reduce(by.Who, by.Why) : new AccountCommand.Halt(by.Who, by.Why), cancellationToken);
            return;
        }

        if (target.Portfolio is { } portfolio)
        {
            var halt = new HaltPortfolio(by.Who, by.Why, target.BuysOnly);
            await QueryAsync<CommandAnswer>($"portfolio/{KnownPortfolio(portfolio)}", halt, cancellationToken);
        }
        else
        {
            await RosterAsync(target.BuysOnly ? new RosterEvent.TradingReduced(by.Who, by.Why) : new RosterEvent.TradingHalted(by.Who, by.Why), cancellationToken);
        }

        await UntilNothingIsArmedAsync(target.Portfolio is { } id ? accounts.Current.Portfolio(id).Accounts : accounts.Ids, cancellationToken);
    }

    public async Task ResumeAsync(HaltTarget target, Operator by, CancellationToken cancellationToken)
    {
        if (target.Account is { } account)
        {
            await CommandAsync(Known(account), new AccountCommand.Resume(by.Who, by.Why), cancellationToken);
            return;
        }

        if (target.Portfolio is null)
        {
            await RosterAsync(new RosterEvent.TradingResumed(by.Who, by.Why), cancellationToken);
        }

        // A portfolio may have halted itself, after a fall in value; who resumes everything means it too.
        foreach (var portfolio in target.Portfolio is { } only ? [KnownPortfolio(only)] : accounts.Portfolios)
        {
            await PortfolioAsync<CommandAnswer>(portfolio, new ResumePortfolio(by.Who, by.Why), QueryPatience, cancellationToken);
        }

        if (target.Portfolio is not null)
        {
            await ResumePortfolioAsync(target.Portfolio, by, cancellationToken);
        }
    }

    public async Task CancelOrderAsync(string intent, Operator by, CancellationToken cancellationToken) => await CommandAsync(
        await OwnerOfAsync(intent, cancellationToken), new AccountCommand.CancelOrder(by.Who, by.Why, intent), cancellationToken);

    public async Task ResolveOrderAsync(string intent, bool arrived, Operator by, CancellationToken cancellationToken) => await CommandAsync(
        await OwnerOfAsync(intent, cancellationToken),
        new AccountCommand.ResolveOrder(by.Who, by.Why, intent, arrived ? OrderState.Cancelled : OrderState.NeverArrived), cancellationToken);

    public async Task AddAccountAsync(AddAccountRequest request, Operator by, CancellationToken cancellationToken)
    {
        var added = await accounts.PrepareAsync(request, KnownPortfolio(request.Portfolio), by, cancellationToken);
        await accounts.ApplyAsync(await RosterAsync(added, cancellationToken), cancellationToken);
    }

    public Task PauseAccountAsync(string account, bool acceptStale, Operator by, CancellationToken cancellationToken) =>
        CommandAsync(Known(account), new AccountCommand.Pause(by.Who, by.Why, acceptStale), cancellationToken);

    public Task ResumeAccountAsync(string account, Operator by, CancellationToken cancellationToken) =>
        CommandAsync(Known(account), new AccountCommand.Resume(by.Who, by.Why), cancellationToken);

    /// <summary>
    /// Nothing new is sent for it, what is open is cancelled, and once every order has ended it leaves its portfolio. Refused while an order
    /// may still be filled: its fills would be booked nowhere. The account then stays where it is, paused. Its stored credentials go last; should
    /// that fail, a second call deletes them.
    /// </summary>
    public async Task RemoveAccountAsync(string account, Operator by, CancellationToken cancellationToken)
    {
        if (!accounts.Ids.Contains(account) && await accounts.DeleteCredentialsAsync(account, cancellationToken))
        {
            return;
        }

        await PauseAccountAsync(account, acceptStale: false, by with { Why = $"it is being removed: {by.Why}" }, cancellationToken);
        var open = await UntilOrdersEndAsync(account, by, cancellationToken);
        if (open.Count > 0)
        {
            throw new OperationRefusedException(
                $"{account}: {States(open)}; the account stays, paused: try again when 'rebalancer orders' shows none open, or resolve what is quarantined");
        }

        var roster = await RosterAsync(new RosterEvent.AccountRemoved(account, by.Who, by.Why), cancellationToken);
        await accounts.ApplyAsync(roster, cancellationToken);
        await accounts.DeleteCredentialsAsync(account, cancellationToken);
    }

    /// <summary>Cancels the account's orders; gives those that have not ended in time, or that only an operator can end.</summary>
    private async Task<IReadOnlyList<OrderView>> UntilOrdersEndAsync(string account, Operator by, CancellationToken cancellationToken)
    {
        var started = wallClock.GetTimestamp();
        while (true)
        {
            var open = await CancelOpenAsync(account, by, cancellationToken);
            if (open.All(order => order.State == OrderState.Quarantined) || wallClock.GetElapsedTime(started) > CancelPatience)
            {
                return open;
            }

            await Task.Delay(PollInterval, wallClock, cancellationToken);
        }
    }

    /// <summary>Asks for the cancel of whatever can be cancelled now; gives the orders that had not ended.</summary>
    private async Task<IReadOnlyList<OrderView>> CancelOpenAsync(string account, Operator by, CancellationToken cancellationToken)
    {
        var orders = await QueryAsync<OrderList>($"account/{account}", new GetOrders(int.MaxValue), cancellationToken);
        var open = orders.Orders.Where(order => !OrderTransitions.IsTerminal(order.State)).ToList();
        foreach (var order in open.Where(order => order.State is OrderState.Planned or OrderState.Working or OrderState.PartiallyFilled))
        {
            // A refusal says that the order has gone on meanwhile: whoever asks looks at it again.
            await AccountAsync<CommandAnswer>(account, new AccountCommand.CancelOrder(by.Who, by.Why, order.IntentId), cancellationToken);
        }

        return open;
    }

    private static string States(IEnumerable<OrderView> orders) => string.Join(", ", orders.Select(order => $"{order.IntentId} is {order.State}"));

    private async Task<string> OwnerOfAsync(string intent, CancellationToken cancellationToken)
    {
        var orders = await GetOrdersAsync(account: null, limit: int.MaxValue, cancellationToken);
        return orders.FirstOrDefault(entry => entry.Order.IntentId == intent)?.Account
            ?? throw new UnknownNameException($"order: there is no order '{intent}'; 'rebalancer orders' lists them");
    }

    private async Task UntilNothingIsArmedAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var started = wallClock.GetTimestamp();
        while (wallClock.GetElapsedTime(started) < LongestDeadline)
        {
            var orders = await GetOrdersAsync(account: null, limit: int.MaxValue, cancellationToken);
            if (orders.Where(entry => ids.Contains(entry.Account)).All(entry => entry.Order.State != OrderState.SendArmed))
            {
                return;
            }

            await Task.Delay(PollInterval, wallClock, cancellationToken);
        }
    }

    private async Task CommandAsync(string account, AccountCommand command, CancellationToken cancellationToken)
    {
        var answer = command is AccountCommand.Halt or AccountCommand.Reduce or AccountCommand.Pause
            ? await QueryAsync<CommandAnswer>($"account/{account}", command, cancellationToken)
            : await AccountAsync<CommandAnswer>(account, command, cancellationToken);
        if (answer.Error is { } error)
        {
            throw new OperationRefusedException($"{account}: {error}");
        }
    }

    private Task<Roster> RosterAsync(RosterEvent command, CancellationToken cancellationToken) => command is RosterEvent.TradingResumed
        ? AskAsync<Roster>(RosterActor.Entity, command, QueryPatience, cancellationToken)
        : QueryAsync<Roster>(RosterActor.Entity, command, cancellationToken);

    private Task<T> AccountAsync<T>(string id, object message, CancellationToken cancellationToken) =>
        AskAsync<T>($"account/{id}", message, QueryPatience, cancellationToken);

    private Task<T> PortfolioAsync<T>(string id, object message, TimeSpan patience, CancellationToken cancellationToken) =>
        AskAsync<T>($"portfolio/{id}", message, patience, cancellationToken);

    /// <summary>
    /// Asks what changes nothing when it is asked twice, again and again: it may have been lost with the node it went to, or while the entity moved.
    /// What lifts a halt is asked once: it would lift another that came in between.
    /// </summary>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    private Task<T> QueryAsync<T>(string entity, object question, CancellationToken cancellationToken) => RepeatedQuestion.AskAsync(
        patience => AskAsync<T>(entity, question, patience, cancellationToken), AskAgainAfter, QueryPatience, wallClock);

    private async Task<T> AskAsync<T>(string entity, object message, TimeSpan patience, CancellationToken cancellationToken)
    {
        await member.WhenPlacedAsync(entity, patience, wallClock, cancellationToken);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await system.Entity(entity).AskAsync<T>(message, Timeout.InfiniteTimeSpan, asking.Token).AsTask().WaitAsync(patience, wallClock, cancellationToken);
        }
        finally
        {
            await asking.CancelAsync();
        }
    }

    private string Known(string account) => accounts.Ids.Contains(account)
        ? account
        : throw new UnknownNameException($"account: there is no account '{account}'{Suggest(account, accounts.Ids)}; 'rebalancer accounts' lists them");

    /// <param name="field">What the caller wrote the id into, for messages.</param>
    private string KnownPortfolio(string? portfolio, string field = "--portfolio") => portfolio switch
    {
        null when accounts.Portfolios is [var only] => only,
        null => throw new UnknownNameException($"--portfolio: say which; there are {string.Join(", ", accounts.Portfolios)}"),
        _ when accounts.Portfolios.Contains(portfolio) => portfolio,
        _ => throw new UnknownNameException($"{field}: there is no portfolio '{portfolio}'{Suggest(portfolio, accounts.Portfolios)}; there are {string.Join(", ", accounts.Portfolios)}"),
    };

    private static string Suggest(string name, IReadOnlyList<string> known) =>
        NearestName.Of(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";
}
