using System.Globalization;
using System.Text;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Cli.Weights;

/// <summary>What can be wrong with a history or a question about it: each has its error with the place, or its warning, from the program itself.</summary>
public sealed class WeightBadInputTests : IDisposable
{
    private const int Bad = ExitCode.BadInput;
    private const int Infeasible = ExitCode.Infeasible;
    private const int Days = 60;

    private readonly Terminal _terminal = new();

    /// <summary>Arguments after <c>optimize</c>, exit code, and what must be said on stderr.</summary>
    public static TheoryData<string, int, string> Files => new()
    {
        { "--prices none.csv", Bad, "none.csv: cannot be read" },
        { "--returns-model mean", Bad, "--prices: give either --prices P.csv or --returns R.csv" },
        { "--prices empty.csv", Bad, "empty.csv:1: the first column must be the date" },
        { "--prices header.csv", Bad, "header.csv:2: there are no rows below the header; give at least two rows of values" },
        { "--prices twice.csv", Bad, "twice.csv:1: A: the asset has two columns; leave one of them out" },
        { "--prices nameless.csv", Bad, "nameless.csv:1: column 3: the asset has no name; name the column" },
        { "--prices date.csv", Bad, "date.csv:3: date: '2026-13-01' is not a date; write dates as 2026-11-21" },
        { "--prices text.csv", Bad, "text.csv:3: B: 'n/a' is not a number; write a number with a point, or leave the cell blank where there is none" },
        { "--prices short.csv", Bad, "short.csv:3: the row has 2 cells, the header 3; give a cell, blank where there is no value, for every column" },
        { "--prices conflict.csv", Bad, "conflict.csv:4: date: 2026-01-02 stands there twice with different values; leave one of the rows out" },
        { "--prices blank.csv", Bad, "B has no price at all; leave it out" },
        { "--prices one.csv", Bad, "returns" },
        { "--prices apart.csv", Bad, "B and A have 0 days in common" },
        { "--returns prices.csv", Bad, "A: half of its returns are beyond 103.1 either way; a return is a fraction of at least -1: are these prices? then use --prices" },
        { "--prices prices.csv --returns-model capm --market prices.csv", Bad, "--market: the file has 3 assets; give one column of market prices beside the date" },
        { "--prices prices.csv --returns-model capm --market elsewhere.csv", Bad, "--market: elsewhere.csv has no day in common with the history; give the same days" },
    };

    public static TheoryData<string, int, string> Questions => new()
    {
        { "--method max-sharp", Bad, "max-sharp" },
        { "--risk-model ledoit", Bad, "--risk-model: 'ledoit' is not known; use one of sample, semi, exp" },
        { "--frequency 0", Bad, "--frequency: 0 is not above zero; give the periods a year: 252 for shares, 365 for crypto" },
        { "--bounds 0.5:0.1", Bad, "'0.5:0.1' is not a range; write LO:HI" },
        { "--asset-bounds unknown.json", Bad, "unknown.json:1: AA: is not one of the assets; did you mean \"A\"?" },
        { "--asset-bounds crossed.json", Bad, "crossed.json:1: A: the lower bound 0.4 is above the upper bound 0.1; write [low, high], as [0.05, 0.4]" },
        { "--groups groups.json", Bad, "groups.json:1: sector.max.bank: no asset belongs to this group; use one of tech" },
        { "--views views.json", Bad, "views.json:1: views[0].return: is missing; give the annual return you expect, as 0.05" },
        { "--views certain.json", Bad, "certain.json:1: views[0].confidence: is outside 0 to 1" },
        { "--max-turnover 0.1", Bad, "--max-turnover: needs the weights held now; give them with --current FILE.json" },
        { "--transaction-cost 0.1", Bad, "--transaction-cost: needs the weights held now; give them with --current FILE.json" },
        { "--method risk-parity --risk-budgets budgets.json", Bad, "budgets.json:1: A: the risk budget 0 is not above zero" },
        { "--method min-cvar --beta 1.5", Bad, "--beta: 1.5 is not a level; give a number between 0 and 1, as 0.95" },
        { "--method hrp --bounds 0:0.5", Bad, "hrp takes no bounds, groups or other constraints" },
        { "--method min-cvar --l2 0.1", Bad, "min-cvar takes no L2 term, transaction cost" },
        { "--method efficient-risk", Bad, "--target-volatility: efficient-risk needs it; give the most volatility a year, as 0.15" },
        { "--bounds 0:0.2", Infeasible, "A at most 0.2; B at most 0.2; C at most 0.2; weights that add up to 1" },
        { "--bounds 0:0.5 --groups needs.json", Infeasible, "sector tech at least 0.7; A at most 0.5" },
        { "--method efficient-return --target-return 99", Infeasible, "a return of 99 is out of reach: the constraints allow" },
        { "--method efficient-risk --target-volatility 0.0001", Infeasible, "a volatility of 0.0001 is out of reach: the lowest that the constraints allow is" },
        { "--method max-sharpe --risk-free 99", Infeasible, "the best asset," },
        { "--max-assets 2 --bounds 0:0.4", Infeasible, "at most 2 assets of at most 0.4 each weigh 0.8 together, not 1" },
        { "--min-weight-if-held 0.6 --bounds 0:0.5", Infeasible, "an asset that is held must weigh at least 0.6, and no asset may weigh more than 0.5" },
        { "--bounds 0:0.5 --current current.json --max-turnover 0.2", Infeasible, "a turnover of at most 0.2; A at most 0.5; weights that add up to 1; the nearest weights that meet the rest need a turnover of 1" },
        { "--gross-max 0.5", Infeasible, "a gross exposure of at most 0.5; weights that add up to 1" },
    };

    /// <summary>What the history is, and what must be among the warnings though weights are given.</summary>
    public static TheoryData<string, string> Warnings => new()
    {
        { "unordered", "line 31: 2026-01-30 comes after a later date; the rows were put in order" },
        { "repeated", "line 31: 2026-01-29 stands there twice with the same values; it counts once" },
        { "gap", "B: 1 prices are missing inside its history, the first on 2026-01-30; the returns around them are left out" },
        { "late", "B: its history begins on 2026-01-11, 10 rows after the first" },
        { "late", "some returns are missing: each covariance is over the days both assets have" },
        { "early", "B: its last price is of 2026-02-19, 10 rows before the last" },
        { "zero", "B: 1 price is zero or negative, the first on 2026-01-30; it counts as missing" },
        { "split", "which looks like a split that was not adjusted for; it is used as it stands" },
        { "spike", "and back on the next row, which looks like a wrong price; it is used as it stands" },
        { "stale", "B: its price does not move for 30 rows; it may be stale" },
        { "alike", "A and B move alike: the covariance is singular" },
        { "brief", "3 observations of 3 assets: the sample covariance is singular; a shrinkage model is safer" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Optimize_AHistoryThatCannotBeUsed_NamesPlaceAndRemedy(string arguments, int code, string expected) =>
        await RefusesAsync(arguments + " --method min-volatility", code, expected);

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Optimize_AQuestionWithoutAnswer_NamesWhatStandsInTheWay(string arguments, int code, string expected) =>
        await RefusesAsync($"--prices prices.csv {(arguments.Contains("--method", StringComparison.Ordinal) ? "" : "--method min-volatility ")}{arguments}", code, expected);

    [Theory]
    [MemberData(nameof(Warnings))]
    public async Task Optimize_AHistoryThatLooksWrong_IsUsedAsItStandsAndSaysSo(string kind, string expected)
    {
        _terminal.Write("odd.csv", Odd(kind));

        (await _terminal.RunAsync("optimize", "--prices", "odd.csv", "--method", "min-volatility", "--output", "json")).ShouldBe(0, _terminal.Error);

        System.Text.Json.JsonDocument.Parse(_terminal.Out).RootElement.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!)
            .ShouldContain(warning => warning.Contains(expected, StringComparison.Ordinal), _terminal.Out);
    }

    [Fact]
    public async Task Optimize_ReturnsThatLookLikePercent_AndAnOptionThatChangesNothing_AreSaid()
    {
        _terminal.Write("percent.csv", Csv((asset, day) => Math.Sin((day * 7) + (asset * 3)) * 0.9));

        (await _terminal.RunAsync("optimize", "--returns", "percent.csv", "--method", "min-volatility", "--target-return", "0.1")).ShouldBe(0, _terminal.Error);

        _terminal.Error.ShouldContain("a return is a fraction, so 0.01 is one percent");
        _terminal.Error.ShouldContain("min-volatility does not use the target return; it changes nothing");
    }

    public void Dispose() => _terminal.Dispose();

    private static double Price(int asset, int day) => (100 + (asset * 20)) * (1 + (0.03 * Math.Sin((day * (asset + 2)) + asset))) * (1 + (0.001 * day * (asset + 1)));

    private async Task RefusesAsync(string arguments, int code, string expected)
    {
        WriteInputs();

        (await _terminal.RunAsync(["optimize", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).ShouldBe(code, _terminal.Error);

        _terminal.Error.ShouldContain(expected);
        _terminal.Out.ShouldBeEmpty();
    }

    private void WriteInputs()
    {
        _terminal.Write("prices.csv", Csv(Price));
        _terminal.Write("elsewhere.csv", "date,M\n2019-01-01,1\n2019-01-02,2\n2019-01-03,3\n");
        _terminal.Write("empty.csv", "");
        _terminal.Write("header.csv", "date,A,B\n");
        _terminal.Write("twice.csv", "date,A,A\n2026-01-01,1,1\n");
        _terminal.Write("nameless.csv", "date,A,\n2026-01-01,1,1\n");
        _terminal.Write("date.csv", "date,A,B\n2026-01-01,1,1\n2026-13-01,1,1\n");
        _terminal.Write("text.csv", "date,A,B\n2026-01-01,1,1\n2026-01-02,1,n/a\n");
        _terminal.Write("short.csv", "date,A,B\n2026-01-01,1,1\n2026-01-02,1\n");
        _terminal.Write("conflict.csv", "date,A,B\n2026-01-01,1,1\n2026-01-02,2,3\n2026-01-02,2,4\n");
        _terminal.Write("blank.csv", "date,A,B\n2026-01-01,1,\n2026-01-02,2,\n2026-01-03,3,\n");
        _terminal.Write("one.csv", "date,A,B\n2026-01-01,1,1\n");
        _terminal.Write("apart.csv", "date,A,B\n2026-01-01,1,\n2026-01-02,2,\n2026-01-03,3,\n2026-01-04,,1\n2026-01-05,,2\n2026-01-06,,3\n");
        _terminal.Write("unknown.json", "{ \"AA\": [0, 1] }");
        _terminal.Write("crossed.json", "{ \"A\": [0.4, 0.1] }");
        _terminal.Write("groups.json", "{ \"sector\": { \"assets\": { \"A\": \"tech\" }, \"max\": { \"bank\": 0.5 } } }");
        _terminal.Write("needs.json", "{ \"sector\": { \"assets\": { \"A\": \"tech\" }, \"min\": { \"tech\": 0.7 } } }");
        _terminal.Write("views.json", "{ \"views\": [ { \"assets\": { \"A\": 1 } } ] }");
        _terminal.Write("certain.json", "{ \"views\": [ { \"assets\": { \"A\": 1 }, \"return\": 0.1, \"confidence\": 2 } ] }");
        _terminal.Write("budgets.json", "{ \"A\": 0, \"B\": 1, \"C\": 1 }");
        _terminal.Write("current.json", "{ \"A\": 1 }");
    }

    /// <summary>Line 31 is 30 January 2026, but for the histories of other days.</summary>
    private static string Odd(string kind)
    {
        var lines = Csv((asset, day) => kind switch
        {
            "late" when asset == 1 && day < 10 => double.NaN,
            "early" when asset == 1 && day >= 50 => double.NaN,
            "gap" when asset == 1 && day == 29 => double.NaN,
            "zero" when asset == 1 && day == 29 => 0,
            "spike" when asset == 1 && day == 29 => Price(1, 28) * 5,
            "split" when asset == 1 && day >= 29 => Price(1, day) / Price(1, 29) * Price(1, 28) / 2,
            "stale" when asset == 1 && day is >= 10 and <= 40 => Price(1, 10),
            "alike" when asset == 1 => 3 * Price(0, day),
            _ => Price(asset, day),
        }).TrimEnd().Split('\n').ToList();
        switch (kind)
        {
            case "unordered":
                (lines[29], lines[30]) = (lines[30], lines[29]);
                (lines[29], lines[31]) = (lines[31], lines[29]);
                return string.Join('\n', [.. lines[..29], lines[29], lines[31], .. lines[30..31], .. lines[32..]]);
            case "repeated":
                lines.Insert(30, lines[29]);
                return string.Join('\n', lines);
            case "brief":
                return string.Join('\n', lines.Take(5));
            default:
                return string.Join('\n', lines);
        }
    }

    private static string Csv(Func<int, int, double> value)
    {
        var text = new StringBuilder("date,A,B,C\n");
        for (var day = 0; day < Days; day++)
        {
            text.Append(new DateOnly(2026, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            for (var asset = 0; asset < 3; asset++)
            {
                text.Append(',').Append(double.IsNaN(value(asset, day)) ? "" : value(asset, day).ToString("R", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
