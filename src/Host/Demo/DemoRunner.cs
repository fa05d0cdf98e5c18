using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Demo;

/// <summary>
/// Watches a demo's decisions, tells their progress, and causes the next one when nothing moves: a deposit or a withdrawal at one of the
/// simulated venues, as its owner would make.
/// </summary>
/// <param name="cycles">Completed rebalances to wait for; null runs until cancelled.</param>
/// <param name="happenings">What happens at the venues when the portfolio is at rest, in order, from the start again at the end.</param>
public sealed class DemoRunner(
    IServiceOperations operations, int? cycles, IReadOnlyList<DemoHappening> happenings, DemoProgress progress, TimeProvider wallClock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a decision on what happened may take to come, on the wall clock; then something else happens.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long the portfolio may rest before something happens at a venue, on the wall clock.</summary>
    private readonly TimeSpan _rest = cycles is null ? TimeSpan.FromSeconds(20) : TimeSpan.FromSeconds(4);

    private readonly List<DecisionView> _completed = [];
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private HashSet<string> _before = [];
    private long _restingSince = wallClock.GetTimestamp();
    private long _happenedAt = wallClock.GetTimestamp();
    private int? _decisionsBefore;
    private int _happened;

    /// <summary>Rebalances of this run that were carried out, oldest first.</summary>
    public IReadOnlyList<DecisionView> Completed => _completed;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _before = [.. (await DecisionsAsync(cancellationToken)).Where(IsOver).Select(decision => decision.Id)];
        var seen = new HashSet<string>(_before, StringComparer.Ordinal);
        if (seen.Count == 0)
        {
            // The first decision needs no cause but the portfolio's own.
            _decisionsBefore = 0;
        }

        while (cycles is null || _completed.Count < cycles)
        {
            var decisions = await DecisionsAsync(cancellationToken);
            foreach (var decision in decisions.Reverse())
            {
                Follow(decision, seen);
            }

            var status = await PatientlyAsync(() => operations.GetStatusAsync(cancellationToken));
            progress.Show(status);
            if (IsBusy(decisions, status))
            {
                _restingSince = wallClock.GetTimestamp();
            }
            else if (wallClock.GetElapsedTime(_restingSince) > _rest)
            {
                await HappenAsync(cancellationToken);
                _decisionsBefore = seen.Count;
                _restingSince = _happenedAt = wallClock.GetTimestamp();
            }

            await Task.Delay(Interval, wallClock, cancellationToken);
        }

        // What happened last must be seen and decided on before anything else happens.
        bool IsBusy(IReadOnlyList<DecisionView> decisions, ServiceStatus status) =>
            decisions.Any(decision => !IsOver(decision)) || status.Halts.Count > 0
            || status.Portfolios.Any(portfolio => portfolio.WaitingFor.Count > 0 || portfolio.TotalValue is null)
            || (seen.Count == _decisionsBefore && wallClock.GetElapsedTime(_happenedAt) < Patience);
    }

    private async Task HappenAsync(CancellationToken cancellationToken)
    {
        var happening = happenings[_happened++ % happenings.Count];
        await happening.ApplyAsync(cancellationToken);
        progress.Say(happening.Text);
    }

    private void Follow(DecisionView decision, HashSet<string> seen)
    {
        if (seen.Add(decision.Id) && !_before.Contains(decision.Id))
        {
            progress.Say(
                $"{decision.Id} decided ({decision.Trigger}): drift {Display.Percent(decision.DriftBefore)}, planned {Display.Percent(decision.DriftPlanned)} with {decision.Orders} orders");
        }

        if (decision.DriftAfter is { } after && !_before.Contains(decision.Id) && _ended.Add(decision.Id))
        {
            progress.Say($"{decision.Id} completed: drift {Display.Percent(after)} after {decision.Fills} fills, fees {Display.Amount(decision.Fees)}");
            if (decision.Fills > 0)
            {
                // What ended before anything was traded is decided anew and is no rebalance.
                _completed.Add(decision);
            }
        }
    }

    private async Task<IReadOnlyList<DecisionView>> DecisionsAsync(CancellationToken cancellationToken) =>
        [.. (await PatientlyAsync(() => operations.GetDecisionsAsync(portfolio: null, limit: 50, cancellationToken))).Select(entry => entry.Decision)];

    /// <summary>A service that recovers on a busy machine may take longer than a command would wait; the spectator is told, and it is asked again.</summary>
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (TimeoutException)
            {
                progress.Say("the service does not answer yet; asking again");
            }
        }
    }

    private static bool IsOver(DecisionView decision) => decision.DriftAfter is not null || decision.Status is not ("executing" or "waiting for apply");
}

/// <param name="Text">One sentence for the spectator.</param>
public sealed record DemoHappening(string Text, Func<CancellationToken, Task> ApplyAsync);
