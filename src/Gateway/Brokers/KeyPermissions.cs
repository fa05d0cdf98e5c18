using System.Text.Json;
using Rebalancer.Domain.Common;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>
/// What the account's key may do, asked once. A key that can withdraw turns a stolen settings file into stolen money, and none is needed to
/// rebalance: it is refused unless the account's owner accepts it, as is one whose permissions the venue does not tell.
/// </summary>
internal sealed class KeyPermissions(BrokerAccount account) : IDisposable
{
    /// <summary>The account's option that accepts such a key.</summary>
    public const string Override = "allowWithdrawalKey";

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private bool _accepted;

    /// <exception cref="VenueException">The key is refused, or could not be asked about.</exception>
    public async Task CheckAsync(Func<Task<JsonElement>> ask, CancellationToken cancellationToken)
    {
        if (_accepted || account.Sandbox || account.AllowsWithdrawalKey)
        {
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!_accepted)
            {
                Judge(Read(await ask()));
                _accepted = true;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private Answer Read(JsonElement reply)
    {
        try
        {
            return CanonicalJson.Read<Answer>(reply.GetRawText());
        }
        catch (JsonException unreadable)
        {
            throw new VenueException(VenueErrorKind.Malformed, $"{account.Id}: permissions: {unreadable.Message}", inner: unreadable);
        }
    }

    private void Judge(Answer permissions)
    {
        if (permissions.CanWithdraw != false)
        {
            var finding = permissions.CanWithdraw is null
                ? "the venue does not tell whether this key can withdraw"
                : "this key can withdraw, which rebalancing never needs";
            throw new VenueException(
                VenueErrorKind.Unauthorised,
                $"{account.Id}: {finding}; make a key without that permission, or accept it by \"options\": {{ \"{Override}\": true }}");
        }
    }

    private sealed record Answer(bool? CanTrade, bool? CanWithdraw);
}
