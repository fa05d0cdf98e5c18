using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Venues.Simulated;

/// <summary>The <c>options</c> of an account whose venue is <c>simulated</c>. What concerns the exchange counts when its first account is opened.</summary>
public sealed record SimulatedAccountOptions
{
    private static readonly (string Word, bool IsBroker)[] Kinds = [("exchange", false), ("broker", true)];

    private static readonly (string Word, SessionHours Meaning)[] HourWords =
        [("always-open", SessionHours.AlwaysOpen), ("nyse", SessionHours.Nyse)];

    /// <summary><c>exchange</c> (default) or <c>broker</c>.</summary>
    public string Kind { get; init; } = "exchange";

    /// <summary>Name of the exchange; accounts that name the same share its market.</summary>
    public string Exchange { get; init; } = "simulated-exchange";

    /// <summary>Default: always open for an exchange, New York's for a broker.</summary>
    public SessionHours Hours { get; init; }

    /// <summary>Asset fees are taken in; null is the quote. Exchanges only.</summary>
    public string? FeeAsset { get; init; }

    /// <summary>Fixed fee an order, in quote currency. Brokers only; 1 by default.</summary>
    public decimal TicketFee { get; init; }

    /// <summary>Business days until proceeds may be spent.</summary>
    public int SettlementDays { get; init; }

    /// <summary>One way.</summary>
    public int LatencyMilliseconds { get; init; } = 20;

    /// <summary>What the account starts with, when it does not exist yet.</summary>
    public SortedDictionary<string, decimal> Balances { get; init; } = new(StringComparer.Ordinal);

    internal bool IsBroker => Kind == "broker";

    /// <summary>Reads the options of an account and reports what is wrong with them; the answer is usable when nothing was.</summary>
    /// <param name="path">Of the options in their file.</param>
    public static SimulatedAccountOptions Read(LocatedObject? options, string path, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (options is null || JsonFields.Of(options, path, errors) is not { } fields)
        {
            return new SimulatedAccountOptions();
        }

        var isBroker = fields.Choice("kind", Kinds) ?? false;
        var kind = isBroker ? "broker" : "exchange";
        var read = new SimulatedAccountOptions
        {
            Kind = kind,
            Exchange = fields.Text("exchange") ?? "simulated-" + kind,
            Hours = fields.Choice("hours", HourWords) ?? (isBroker ? SessionHours.Nyse : SessionHours.AlwaysOpen),
            FeeAsset = fields.Text("feeAsset"),
            TicketFee = fields.Number("ticketFee") ?? (isBroker ? 1 : 0),
            SettlementDays = fields.WholeNumber("settlementDays") ?? 0,
            LatencyMilliseconds = fields.WholeNumber("latencyMilliseconds") ?? 20,
        };
        read = read with { Balances = ReadBalances(fields.Object("balances"), SimulatedCatalog.Create(read)) };
        fields.RejectUnknown();
        RejectImpossible(read, fields);
        return read;
    }

    private static void RejectImpossible(SimulatedAccountOptions read, JsonFields fields)
    {
        if (read.FeeAsset is { } asset && (read.IsBroker || SimulatedCatalog.Create(read).Markets.All(market => market.Market.Asset != asset)))
        {
            fields.Report(
                "feeAsset", $"\"{asset}\" cannot pay fees at this {read.Kind}",
                read.IsBroker ? "remove it: brokers take fees in the quote" : "name an asset of the exchange, such as \"BNB\"");
        }

        if (read.TicketFee is < 0 or > 100 || (read.TicketFee > 0 && !read.IsBroker))
        {
            fields.Report("ticketFee", "must be from 0 to 100, and is for brokers only", "correct or remove it");
        }

        if (read.SettlementDays is < 0 or > 5)
        {
            fields.Report("settlementDays", "must be from 0 to 5", "write 0 to spend proceeds at once, 1 for a cash account");
        }

        if (read.LatencyMilliseconds is < 0 or > 60_000)
        {
            fields.Report("latencyMilliseconds", "must be from 0 to 60000", "write the time a request takes one way");
        }
    }

    private static SortedDictionary<string, decimal> ReadBalances(JsonFields? fields, SimulatedExchangeSettings exchange)
    {
        var balances = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var known = exchange.Currencies.Concat(exchange.Markets.Select(market => market.Market.Asset)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var member in fields?.Members ?? [])
        {
            var amount = fields!.Number(member.Name);
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                fields.Report(
                    member.Name, $"is not traded at a simulated {exchange.Kind}",
                    $"did you mean \"{NearestName.Of(member.Name, known)}\"? Known are {string.Join(", ", known)}");
            }
            else if (amount is < 0)
            {
                fields.Report(member.Name, $"must not be negative, is {DecimalText.Format(amount.Value)}", "write what the account starts with");
            }

            balances[member.Name] = amount ?? 0;
        }

        return balances;
    }
}
