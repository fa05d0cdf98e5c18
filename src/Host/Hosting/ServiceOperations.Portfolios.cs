using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Hosting;

/// <summary>Portfolios that come, pause, go on and go while the service runs.</summary>
public sealed partial class ServiceOperations
{
    public async Task AddPortfolioAsync(AddPortfolioRequest request, Operator by, CancellationToken cancellationToken)
    {
        var events = accounts.Prepare(request, by);
        var added = (RosterEvent.PortfolioAdded)events[^1];
        var roster = Roster.Empty;
        foreach (var @event in events)
        {
            roster = await RosterAsync(@event, cancellationToken);
        }

        await accounts.ApplyAsync(roster, cancellationToken);
        if (!roster.Portfolios.TryGetValue(added.PortfolioId, out var entry) || entry.Settings != added.Settings)
        {
            throw new OperationRefusedException(
                $"{added.PortfolioId}: another operator has taken the id or one of the accounts a moment ago; see 'rebalancer status' and try again");
        }

        // It was left paused if a portfolio of that id was removed before.
        await QueryAsync<PortfolioView>($"portfolio/{added.PortfolioId}", new GetPortfolio(), cancellationToken);
        await ResumePortfolioAsync(added.PortfolioId, by, cancellationToken);
    }

    public Task PausePortfolioAsync(string portfolio, Operator by, CancellationToken cancellationToken) =>
        CommandPortfolioAsync(KnownPortfolio(portfolio, "portfolio"), new PausePortfolio(by.Who, by.Why), cancellationToken);

    public Task ResumePortfolioAsync(string portfolio, Operator by, CancellationToken cancellationToken) =>
        CommandPortfolioAsync(KnownPortfolio(portfolio, "portfolio"), new UnpausePortfolio(by.Who, by.Why), cancellationToken);

    /// <summary>
    /// It decides nothing from now on. What it has dispatched is ended, open orders at the venue included, and once every account has reported that, its
    /// accounts are free. Refused while an order may still be filled; the portfolio then stays as it is, paused.
    /// </summary>
    public async Task RemovePortfolioAsync(string portfolio, Operator by, CancellationToken cancellationToken)
    {
        await PausePortfolioAsync(portfolio, by with { Why = $"it is being removed: {by.Why}" }, cancellationToken);
        if (await UntilRetiredAsync(portfolio, by, cancellationToken) is { } unfinished)
        {
            throw new OperationRefusedException(
                $"{portfolio}: {unfinished}; the portfolio stays, paused: try again when 'rebalancer orders' shows none open, or resolve what is quarantined");
        }

        var roster = await RosterAsync(new RosterEvent.PortfolioRemoved(portfolio, by.Who, by.Why), cancellationToken);
        await accounts.ApplyAsync(roster, cancellationToken);
    }

    /// <summary>Cancels again and again: orders of a decision made a moment before the pause may still be on their way to their account.</summary>
    /// <returns>What has not ended in time, or only an operator can end; null when all has.</returns>
    private async Task<string?> UntilRetiredAsync(string portfolio, Operator by, CancellationToken cancellationToken)
    {
        var started = wallClock.GetTimestamp();
        while (true)
        {
            var open = (await Task.WhenAll(accounts.Current.Portfolio(portfolio).Accounts.Select(id => CancelOpenAsync(id, by, cancellationToken)))).SelectMany(orders => orders).ToList();
            var unfinished = open.Count > 0 ? States(open) : null;
            if (unfinished is null)
            {
                unfinished = (await PortfolioAsync<CommandAnswer>(portfolio, new RetirePortfolio(by.Who, by.Why), QueryPatience, cancellationToken)).Error;
                if (unfinished is null)
                {
                    return null;
                }
            }

            var isForOperators = open.Count > 0 && open.TrueForAll(order => order.State == OrderState.Quarantined);
            if (isForOperators || wallClock.GetElapsedTime(started) > CancelPatience)
            {
                return unfinished;
            }

            await Task.Delay(PollInterval, wallClock, cancellationToken);
        }
    }

    /// <summary>Null for one that was removed on another node while it was asked.</summary>
    private async Task<PortfolioView?> ViewAsync(string portfolio, CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync<PortfolioView>($"portfolio/{portfolio}", new GetPortfolio(), cancellationToken);
        }
        catch (TimeoutException) when (!accounts.Portfolios.Contains(portfolio))
        {
            return null;
        }
    }

    private async Task CommandPortfolioAsync(string portfolio, object command, CancellationToken cancellationToken)
    {
        var answer = await PortfolioAsync<CommandAnswer>(portfolio, command, QueryPatience, cancellationToken);
        if (answer.Error is { } error)
        {
            throw new OperationRefusedException($"{portfolio}: {error}");
        }
    }
}
