namespace Rebalancer.Domain.Accounts;

/// <summary>Collects the events of one decision and the state after each, so that later parts of it see the earlier ones.</summary>
internal sealed class Draft(Account account)
{
    private readonly List<AccountEvent> _events = [];

    public Account Account { get; private set; } = account;

    public IReadOnlyList<AccountEvent> Events => _events;

    public void Add(AccountEvent accountEvent)
    {
        Account = Account.Evolve(accountEvent);
        _events.Add(accountEvent);
    }

    public void AddRange(IEnumerable<AccountEvent> events)
    {
        foreach (var accountEvent in events)
        {
            Add(accountEvent);
        }
    }
}
