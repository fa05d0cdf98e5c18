using System.Text.Json;
using Rebalancer.Domain.Common;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>
/// What the account's key may do, asked once. A key that can withdraw turns a stolen settings file into stolen money, and none is needed to
/// rebalance: it is refused unless the account's owner accepts it, as is one whose permissions the venue does not tell. One that cannot trade is
/// good for reading, and sends nothing.
/// </summary>
internal sealed class KeyPermissions(BrokerAccount account) : IDisposable
{
    /// <summary>The account's option that accepts such a key.</summary>
    public const string Override = "allowWithdrawalKey";

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private bool _accepted;
    private bool? _canTrade;

    /// <summary>Null while it was not asked, where the key may trade, and where the venue does not tell.</summary>
    public string? CannotTrade => account.MaySend && _canTrade == false
        ? $"the key may read and not trade, as {account.Venue} says; give it the permission to trade, or take another"
        : null;

    /// <exception cref="VenueException">The key is refused, or could not be asked about.</exception>
    public async Task CheckAsync(Func<Task<JsonElement>> ask, CancellationToken cancellationToken)
    {
        if (_accepted || account.Sandbox)
        {
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!_accepted)
            {
                _canTrade = Judge(await ReadAsync(ask));
                _accepted = true;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Has a key that cannot trade asked about again: permissions are granted, and blocks lifted.</summary>
    public void Reconsider() => _accepted &= _canTrade != false;

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Whoever accepts a key whatever it may do, accepts one that the venue does not tell of.</summary>
    private async Task<Answer> ReadAsync(Func<Task<JsonElement>> ask)
    {
        try
        {
            return Read(await ask());
        }
        catch (VenueException) when (account.AllowsWithdrawalKey)
        {
            return new Answer(CanTrade: null, CanWithdraw: null);
        }
    }

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

    private bool? Judge(Answer permissions)
    {
        if (permissions.CanWithdraw != false && !account.AllowsWithdrawalKey)
        {
            var finding = permissions.CanWithdraw is null
                ? "the venue does not tell whether this key can withdraw"
                : "this key can withdraw, which rebalancing never needs";
            throw new VenueException(
                VenueErrorKind.Unauthorised,
                $"{account.Id}: {finding}; make a key without that permission, or accept it by \"options\": {{ \"{Override}\": true }}");
        }

        return permissions.CanTrade;
    }

    private sealed record Answer(bool? CanTrade, bool? CanWithdraw);
}
