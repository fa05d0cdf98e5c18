using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Host.Api;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>Orders that the venue may hold bind their account to the settings: without it their fills would be booked nowhere.</summary>
internal sealed class OpenOrderCheck(Func<string, CancellationToken, Task<AccountReport>> report, PersistenceEngine engine)
{
    private const string Prefix = "account/";

    /// <summary>Refuses settings that drop an account with open orders, or take it to another venue.</summary>
    /// <exception cref="OperationRefusedException">Some account has some; nothing was changed.</exception>
    public async Task ThrowIfLeftBehindAsync(EffectiveConfiguration before, EffectiveConfiguration after, CancellationToken cancellationToken)
    {
        foreach (var (id, was) in before.Accounts)
        {
            var isKept = after.Accounts.TryGetValue(id, out var now) && (now.Venue, now.Endpoint) == (was.Venue, was.Endpoint);
            if (isKept)
            {
                continue;
            }

            var known = await report(id, cancellationToken);
            if (known.OpenIntents + known.Quarantined.Count is var open and > 0)
            {
                throw new OperationRefusedException(
                    $"{id}: {open} order(s) are not finished, and the changed settings {(now is null ? "drop it" : "take it to another venue")}; " +
                    $"run 'rebalancer halt {id}' and wait until 'rebalancer orders' shows none open");
            }
        }
    }

    /// <summary>Accounts that only the journal knows and that have orders which may be live, each in a sentence.</summary>
    public async Task<IReadOnlyList<string>> FindOrphansAsync(IReadOnlyCollection<string> configured, CancellationToken cancellationToken)
    {
        var orphans = new List<string>();
        foreach (var stream in await engine.Journal.ListPersistenceIdsAsync(Prefix, cancellationToken))
        {
            var id = stream[Prefix.Length..];
            if (configured.Contains(id))
            {
                continue;
            }

            var account = Account.Empty;
            await foreach (var row in engine.Journal.RecoverAsync(stream, 1, cancellationToken))
            {
                account = account.Evolve((AccountEvent)engine.Catalog.Deserialize(row.Name, row.Version, row.Payload));
            }

            if (account.LiveOrders.Count() is var live and > 0)
            {
                orphans.Add($"{id} is not in the settings, but {live} of its orders at {account.Venue} may be live; add it again, or cancel them there");
            }
        }

        return orphans;
    }
}
