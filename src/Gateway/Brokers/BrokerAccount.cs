using System.Text.Json.Nodes;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>What the brokers process is told to open an account.</summary>
/// <param name="Sandbox">Orders go to the venue's sandbox; else to its live system.</param>
/// <param name="AllowsWithdrawalKey">Its owner accepts credentials that could withdraw, or whose permissions cannot be read.</param>
public sealed record BrokerAccount(
    string Id, string Venue, string? Endpoint, IReadOnlyDictionary<string, string> Credentials, JsonObject Options, bool Sandbox, bool AllowsWithdrawalKey)
{
    /// <inheritdoc cref="VenueAccount.WantedAssets"/>
    public Func<IReadOnlyList<string>?> WantedAssets { get; init; } = () => null;

    /// <summary>False while the portfolio's mode is not live and the venue is: then nothing is ever sent.</summary>
    public bool MaySend { get; init; } = true;

    public static BrokerAccount Of(VenueAccount account, bool sandbox, bool allowsWithdrawalKey)
    {
        ArgumentNullException.ThrowIfNull(account);
        var options = account.Options is { } located ? (JsonObject)ToJson(located)! : [];
        return new BrokerAccount(account.Id, account.Venue, account.Endpoint, account.Credentials, options, sandbox, allowsWithdrawalKey)
        {
            WantedAssets = account.WantedAssets,
            MaySend = sandbox || account.Mode == TradingMode.Live,
        };
    }

    /// <summary>The one message with secrets.</summary>
    internal JsonObject ToMessage()
    {
        var credentials = new JsonObject();
        foreach (var (name, secret) in Credentials)
        {
            credentials[name] = secret;
        }

        return new JsonObject
        {
            ["account"] = Id,
            ["venue"] = Venue,
            ["endpoint"] = Endpoint,
            ["credentials"] = credentials,
            ["options"] = Options.DeepClone(),
            ["mode"] = Sandbox ? "sandbox" : "live",
        };
    }

    /// <summary>Secrets stay out of whatever prints a record.</summary>
    public override string ToString() => $"{Id} ({Venue})";

    /// <summary>Numbers as text, so that none goes through a double.</summary>
    private static JsonNode? ToJson(LocatedJson value) => value switch
    {
        LocatedObject source => new JsonObject(source.Members.Select(member => KeyValuePair.Create(member.Name, ToJson(member.Value)))),
        LocatedArray list => new JsonArray([.. list.Items.Select(ToJson)]),
        LocatedText text => JsonValue.Create(text.Value),
        LocatedNumber number => JsonValue.Create(number.Text),
        LocatedFlag flag => JsonValue.Create(flag.Value),
        _ => null,
    };
}
