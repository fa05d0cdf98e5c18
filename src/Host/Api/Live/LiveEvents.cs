using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Api.Live;

/// <summary>The live state as the API's event stream: everything at first, then only what changed.</summary>
public static class LiveEvents
{
    /// <summary>Named events whose data is JSON: <c>status</c> and <c>halt</c> whole, <c>decision</c> and <c>order</c> one each.</summary>
    public static async IAsyncEnumerable<SseItem<string>> OfApi(
        LiveFeed feed, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        LiveState? before = null;
        await foreach (var state in UntilCancelled(feed.WatchAsync(ending.Token), ending.Token))
        {
            foreach (var item in Changes(before, state))
            {
                yield return item;
            }

            before = state;
        }
    }

    /// <summary>A page that was closed and a service that stops end a stream without an error.</summary>
    public static async IAsyncEnumerable<T> UntilCancelled<T>(IAsyncEnumerable<T> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var items = source.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            yield return items.Current;
        }
    }

    /// <summary>What to tell of the step from one state to the next; everything when there was none before.</summary>
    public static IEnumerable<SseItem<string>> Changes(LiveState? before, LiveState after)
    {
        if (before is null || Text(WithoutTime(before.Status)) != Text(WithoutTime(after.Status)))
        {
            yield return Item("status", after.Status, after);
        }

        if (before is null ? after.Status.Halts.Count > 0 : !before.Status.Halts.SequenceEqual(after.Status.Halts))
        {
            yield return Item("halt", after.Status.Halts, after);
        }

        foreach (var decision in after.Decisions.Reverse().Where(entry => before is null || !before.Decisions.Contains(entry)))
        {
            yield return Item("decision", decision, after);
        }

        foreach (var order in after.Orders.Reverse().Where(entry => before is null || !before.Orders.Contains(entry)))
        {
            yield return Item("order", order, after);
        }
    }

    /// <summary>Two readings of an unchanged portfolio differ in when they were made.</summary>
    private static ServiceStatus WithoutTime(ServiceStatus status) => status with
    {
        At = default,
        Portfolios = [.. status.Portfolios.Select(portfolio => portfolio with
        {
            At = default,
            Accounts = [.. portfolio.Accounts.Select(account => account with { BalancesAt = null })],
        })],
    };

    private static SseItem<string> Item<T>(string name, T data, LiveState state) =>
        new(Text(data), name) { EventId = state.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, JsonOutput.Compact);
}
