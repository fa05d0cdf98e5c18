using System.Globalization;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Notifications;

/// <summary>Notices accounts that have not been usable for a while. Each stretch of trouble is told once.</summary>
/// <param name="patience">How long an account may be unreadable before it is worth a message: venues restart.</param>
public sealed class StaleAccounts(TimeSpan patience)
{
    private readonly SortedDictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>What is to be told after this reading; it comes again with each reading until <see cref="Told"/>.</summary>
    public IReadOnlyList<Notification> Look(ServiceStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var due = new List<Notification>();
        foreach (var (at, account) in status.Portfolios.SelectMany(portfolio => portfolio.Accounts, (portfolio, account) => (portfolio.At, account)))
        {
            if (account.Frozen is not { } why)
            {
                _since.Remove(account.Id);
                _told.Remove(account.Id);
                continue;
            }

            var since = _since[account.Id] = _since.GetValueOrDefault(account.Id, at);
            if (at - since >= patience && !_told.Contains(account.Id))
            {
                due.Add(Of(account.Id, account.Venue, why, account.BalancesAt, since));
            }
        }

        return due;
    }

    public void Told(Notification notification) => _told.Add(notification.Subject["account/".Length..]);

    private static Notification Of(string account, string venue, string why, DateTimeOffset? balancesAt, DateTimeOffset since) => new(
        $"account/{account}/stale/{(balancesAt ?? since).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}", NotificationKind.Stale, since, $"account/{account}",
        $"account/{account} cannot be relied on: {why}",
        new SortedDictionary<string, string>(StringComparer.Ordinal) { ["event"] = "account-stale", ["venue"] = venue, ["reason"] = why });
}
