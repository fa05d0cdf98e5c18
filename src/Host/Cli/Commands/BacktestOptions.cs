using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Rebalancer.Host.Backtest;

namespace Rebalancer.Host.Cli.Commands;

/// <summary>The options of <c>rebalancer backtest</c>.</summary>
internal sealed class BacktestOptions
{
    private static readonly (string Word, BacktestCadence Meaning)[] Cadences =
        [("day", BacktestCadence.Day), ("week", BacktestCadence.Week), ("month", BacktestCadence.Month)];

    private readonly Option<string> _prices = new("--prices")
    {
        Description = "Prices: first column the date, one column an asset, blank where there is none", HelpName = "FILE.csv", Required = true,
    };

    private readonly Option<string?> _portfolio = new("--portfolio") { Description = "Which, where the settings have several", HelpName = "ID" };

    private readonly Option<DateOnly?> _from = Day("--from", "First day; by default the first on which everything has its prices");

    private readonly Option<DateOnly?> _to = Day("--to", "Last day; by default the last of the prices");

    private readonly Option<BacktestCadence> _every = new("--every")
    {
        Description = "Decide every day, week or month; by default as bands and schedule of the settings say",
        HelpName = string.Join('|', Cadences.Select(cadence => cadence.Word)),
        CustomParser = ReadCadence,
    };

    private readonly Option<string[]> _cash = new("--cash")
    {
        Description = "What to start with instead of the settings' balances: X for all accounts in equal parts, or ACCOUNT=X", HelpName = "[ACCOUNT=]X",
    };

    private readonly Option<decimal> _exchangeFee = Share("--exchange-fee", BacktestCosts.Default.ExchangeFeeRate, "What exchanges take of a fill, as a share");

    private readonly Option<decimal> _brokerFee = Share("--broker-fee", BacktestCosts.Default.BrokerFeeRate, "What brokers take of a fill beside the ticket, as a share");

    private readonly Option<decimal> _halfSpread = Share("--half-spread", BacktestCosts.Default.HalfSpread, "Half the spread and slippage together, as a share of the price");

    public Option<string?> Report { get; } = new("--report") { Description = "Write the report: one file that needs nothing else", HelpName = "FILE.html" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _prices, _portfolio, _from, _to, _every, _cash, _exchangeFee, _brokerFee, _halfSpread, Report })
        {
            command.Add(option);
        }
    }

    public BacktestRequest Read(ParseResult parse) => new(
        parse.GetValue(_portfolio), parse.GetRequiredValue(_prices), parse.GetValue(_from), parse.GetValue(_to), parse.GetValue(_every),
        parse.GetValue(_cash) ?? [],
        BacktestCosts.Default with
        {
            ExchangeFeeRate = parse.GetValue(_exchangeFee), BrokerFeeRate = parse.GetValue(_brokerFee), HalfSpread = parse.GetValue(_halfSpread),
        });

    private static BacktestCadence ReadCadence(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
        foreach (var (word, meaning) in Cadences)
        {
            if (text == word)
            {
                return meaning;
            }
        }

        result.AddError($"--every: '{text}' is not known; use {string.Join(", ", Cadences.Select(cadence => cadence.Word))}");
        return BacktestCadence.AsConfigured;
    }

    private static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "YYYY-MM-DD",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[^1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            result.AddError($"{name}: '{result.Tokens[^1].Value}' is not a date; write it as 2015-01-31");
            return null;
        },
    };

    private static Option<decimal> Share(string name, decimal usual, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (decimal.TryParse(result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 0.05m)
            {
                return share;
            }

            result.AddError($"{name}: must be a share from 0 to 0.05, such as 0.001 for 0.1 %");
            return usual;
        },
    };
}
