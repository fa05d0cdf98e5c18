using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Accounts;

/// <summary>What becomes of a reading that has come, or has not.</summary>
public sealed partial class AccountActor
{
    private ImmutableSortedDictionary<string, DenialTally> _denials = ImmutableSortedDictionary<string, DenialTally>.Empty;
    private string _evidenceFailures = "";
    private string? _cannotTrade;

    /// <summary>
    /// Timers run on a coarser clock and may go off some milliseconds before the wall's: a repetition that came too early would itself be held
    /// back, and the next be the regular one, for market rules twenty minutes later.
    /// </summary>
    private static TimeSpan TimerMargin => TimeSpan.FromMilliseconds(50);

    private async ValueTask OnBalancesAsync(BalanceReading reading)
    {
        if (IsFromLater(reading.BalancesAskedAt))
        {
            Poll(Reading.Balances);
            return;
        }

        _readings = _readings with { OrdersReadAt = reading.OrdersAskedAt, FillsReadAt = reading.FillsAskedAt };
        await CommitAsync(_account.BookFills(reading.Fills.Fills, reading.Fills.Cursor, Now));
        await CommitAsync(_account.WeighOpenOrders(reading.Open, reading.OrdersAskedAt, Circumstances));
        var round = _account.ReportBalances(reading.Balances, reading.Transfers, reading.BalancesAskedAt, Circumstances);
        await CommitAsync(round.Events);
        _readings = _readings with
        {
            BalancesReadAt = reading.BalancesAskedAt, Unexplained = round.Unexplained, PendingTransfers = round.PendingTransfers,
            FirstReading = round.Unconfirmed,
            LockedByOthers = _account.LockedByOthers(reading.Open, _readings),
            ClockSkew = _readings.SkewBy(reading.Balances.At, reading.BalancesAskedAt, reading.BalancesAnsweredAt, Timings.MaxClockSkew),
        };
        await CommitAsync(_account.Tick(Circumstances));
        ConfirmFirstReading();
        NoticeCredentials();
        TellPortfolio();
        AnswerReports();
    }

    private void NoticeCredentials()
    {
        var reason = Venue.CannotTrade;
        if (reason is not null && reason != _cannotTrade)
        {
            Context.Log.LogWarning("Account {Account} is counted and not traded: {Reason}", _settings.Id, reason);
        }

        _cannotTrade = reason;
    }

    /// <summary>Reads again as soon as that can confirm, instead of at the next poll.</summary>
    private void ConfirmFirstReading()
    {
        if (_readings.FirstReading is { } first)
        {
            var wait = first.ReadAt + Timings.TransferConfirmation - Now;
            Context.StartTimer("confirm", new AccountMessage.PollAfresh(), (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + TimeSpan.FromMilliseconds(1));
        }
    }

    private async ValueTask OnEvidenceAsync(OrderEvidence evidence)
    {
        if (IsFromLater(evidence.AskedAt))
        {
            return;
        }

        var failures = string.Join("; ", evidence.Failures);
        if (failures != _evidenceFailures && failures.Length > 0)
        {
            Context.Log.LogWarning("Account {Account}: no evidence of orders from {Failures}", _settings.Id, failures);
        }

        _evidenceFailures = failures;
        var round = _account.Weigh(evidence, _denials, Circumstances);
        _denials = round.Denials;
        await CommitAsync(round.Events);
    }

    /// <summary>The last readings stay, and age; their age is what stops trading on them.</summary>
    private void OnReadFailed(AccountMessage.ReadFailed failed)
    {
        var (isFirst, repeatAfter) = _rounds.Failed(failed.Reading, failed.Error, Now);
        if (isFirst)
        {
            Context.Log.LogWarning(failed.Error, "Account {Account}: reading {Reading} failed", _settings.Id, failed.Reading);
        }

        if (repeatAfter is { } wait)
        {
            Context.StartTimer($"repeat {failed.Reading}", new AccountMessage.Poll(failed.Reading), wait + TimerMargin);
        }

        if (failed.Reading != Reading.Evidence && _venueDown is null)
        {
            _venueDown = $"venue down since {Now:O}: {failed.Error.Message}";
            TellPortfolio();
        }

        if (failed.Reading == Reading.Balances)
        {
            AnswerReports();
        }
    }

    /// <summary>Whether the answer counts; one that does not is asked for again at once.</summary>
    private bool Counts(Reading reading)
    {
        var counts = _rounds.Succeeded(reading);
        if (_venueDown is not null && reading == Reading.Balances)
        {
            Context.Log.LogInformation("Account {Account}: the venue answers again", _settings.Id);
            _venueDown = null;
        }

        if (!counts)
        {
            Poll(reading);
        }

        return counts;
    }
}
