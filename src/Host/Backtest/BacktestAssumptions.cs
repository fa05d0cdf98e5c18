using Rebalancer.Domain.Common;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Backtest;

/// <summary>What a backtest models and how, in the words of its report.</summary>
internal static class BacktestAssumptions
{
    public static IReadOnlyList<string> Of(BacktestInput input)
    {
        var costs = input.Costs;
        return
        [
            "Decisions, placement and orders are the service's own code on virtual time: permits, limit orders at the touch, partial fills, sells before buys.",
            "Plans are found by the search with its proven bound, as those of large portfolios are in earnest; each rebalance below says how far from the best it can be at most.",
            $"Every order pays {Percent(costs.HalfSpread)} against the recorded price for spread and slippage together, whatever its size; there is no market impact beyond it.",
            $"Exchanges take {Percent(costs.ExchangeFeeRate)} of each fill (their takers' rate, though resting orders would pay less); brokers {Tickets(input)}.",
            $"Brokers trade whole shares. Requests and answers take {(int)costs.Latency.TotalMilliseconds} ms each way, and one fill in five takes only a part.",
            $"A row of prices is known from {RecordedPrices.DayDueAt:hh\\:mm} UTC of its day, and is what trades are made at; computed targets see only the days before it. Nothing reads a later row.",
            "Prices are taken as they are in the file: adjusted ones hold their dividends, others lose them. Assets that vanished before the file was made are not in it (survivorship).",
            "No taxes are taken off the value, cash earns nothing, and nothing is paid in or out.",
            Rhythm(input),
            "Buy and hold keeps what the first investment bought. Each account alone is rebalanced to the same targets as far as it trades them, at the same costs.",
        ];
    }

    private static string Rhythm(BacktestInput input) => input.Every switch
    {
        BacktestCadence.Day => "The portfolio decides at every row of prices.",
        BacktestCadence.Week => "The portfolio decides at the first row of every week.",
        BacktestCadence.Month => "The portfolio decides at the first row of every month.",
        _ => "The portfolio looks at every row of prices, and decides when its bands or its schedule say so.",
    };

    private static string Tickets(BacktestInput input)
    {
        var tickets = input.Accounts.Where(account => account.IsBroker).Select(account => account.TicketFee).Distinct().Order().ToList();
        var ticket = tickets.Count == 0 ? "nothing, there being none" : $"{string.Join(" or ", tickets.Select(DecimalText.Format))} {input.Portfolio.BaseCurrency} an order";
        return input.Costs.BrokerFeeRate > 0 ? $"{Percent(input.Costs.BrokerFeeRate)} and {ticket}" : ticket;
    }

    private static string Percent(decimal share) => $"{DecimalText.Format(share * 100)} %";
}
