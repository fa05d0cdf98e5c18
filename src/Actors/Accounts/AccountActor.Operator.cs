using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Accounts;

/// <summary>What operators ask, and what the portfolio is told.</summary>
public sealed partial class AccountActor
{
    private readonly List<IActorRef> _awaitingHalt = [];
    private readonly List<IActorRef> _awaitingReport = [];

    private async ValueTask OnOperatorAsync(AccountCommand command)
    {
        var sender = Context.Sender;
        switch (command)
        {
            case AccountCommand.Halt halt:
                await CommitAsync(_account.Halt(halt.Who, halt.Why, Now));
                TellPortfolio();

                // Answered once no permit given before it can still be sent.
                _awaitingHalt.Add(sender);
                return;
            case AccountCommand.Reduce reduce:
                await CommitAsync(_account.Reduce(reduce.Who, reduce.Why, Now));
                break;
            case AccountCommand.Pause pause:
                await CommitAsync(_account.Pause(pause.Who, pause.Why, pause.AcceptStale, Now));
                break;
            case AccountCommand.Resume resume:
                var resumed = _account.Resume(resume.Who, resume.Why, Circumstances);
                if (await CommitAsync(resumed) is PersistResult.Accepted)
                {
                    var booked = resumed.OfType<TransferObserved>().Select(transfer => transfer.Asset);
                    _readings = _readings with { Unexplained = _readings.Unexplained.RemoveRange(booked) };
                }

                break;
            case AccountCommand.CancelOrder cancel:
                sender.Tell(await OnCancelAsync(cancel), Context.Self);
                return;
            case AccountCommand.ResolveOrder resolve:
                sender.Tell(await OnResolveAsync(resolve), Context.Self);
                return;
        }

        TellPortfolio();
        sender.Tell(CommandAnswer.Done, Context.Self);
    }

    private async ValueTask<CommandAnswer> OnCancelAsync(AccountCommand.CancelOrder cancel)
    {
        if (!_account.Orders.TryGetValue(cancel.IntentId, out var order))
        {
            return new CommandAnswer($"no order {cancel.IntentId} in account {_settings.Id}; list them with `rebalancer orders`");
        }

        var reason = $"{cancel.Who}: {cancel.Why}";
        switch (order.State)
        {
            case OrderState.Planned:
                await CommitAsync(_account.ExpirePlanned([order.IntentId], reason, Now));
                return CommandAnswer.Done;
            case OrderState.Working or OrderState.PartiallyFilled:
                await CancelAsync(order.IntentId, reason);
                return CommandAnswer.Done;
            case OrderState.CancelArmed:
                return CommandAnswer.Done;
            default:
                return new CommandAnswer(order.IsTerminal
                    ? $"order {order.IntentId} has ended: {order.State}"
                    : $"order {order.IntentId} is {order.State}: it can be cancelled once the venue has shown it");
        }
    }

    private async ValueTask<CommandAnswer> OnResolveAsync(AccountCommand.ResolveOrder resolve)
    {
        if (!_account.Orders.TryGetValue(resolve.IntentId, out var order))
        {
            return new CommandAnswer($"no order {resolve.IntentId} in account {_settings.Id}; list them with `rebalancer orders`");
        }

        if (order.State != OrderState.Quarantined)
        {
            return new CommandAnswer($"order {resolve.IntentId} is {order.State}: only a quarantined order is resolved by word, the venue tells of the others");
        }

        await CommitAsync(_account.Resolve(resolve.IntentId, resolve.Outcome, resolve.Who, resolve.Why, Now));
        TellPortfolio();
        return CommandAnswer.Done;
    }

    private void AnswerHalts()
    {
        if (_awaitingHalt.Count > 0 && !_account.HasPermitInFlight(Now))
        {
            _awaitingHalt.ForEach(asker => asker.Tell(CommandAnswer.Done, Context.Self));
            _awaitingHalt.Clear();
        }
    }

    private void OnGetReport(GetAccountReport get)
    {
        if (!get.Refresh || _rounds.IsHeldBack(Reading.Balances, Now))
        {
            Context.Sender.Tell(Report(), Context.Self);
            return;
        }

        _awaitingReport.Add(Context.Sender);
        Poll(Reading.Quotes);
        Poll(Reading.Balances);
    }

    private void AnswerReports()
    {
        _awaitingReport.ForEach(asker => asker.Tell(Report(), Context.Self));
        _awaitingReport.Clear();
    }

    private void TellPortfolio()
    {
        if (_settings.PortfolioId is { } portfolio)
        {
            Context.System.Entity($"portfolio/{portfolio}").Tell(Report(), Context.Self);
        }
    }

    private AccountReport Report() => AccountReports.Report(_settings, _account, _readings, Now, _venueDown ?? Venue.CannotTrade);
}
