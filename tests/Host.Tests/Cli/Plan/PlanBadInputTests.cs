namespace Rebalancer.Host.Tests.Cli.Plan;

/// <summary>What people get wrong when they plan: each ends with exit code 2, nothing on stdout, and a line that says where and what to do.</summary>
public sealed class PlanBadInputTests : IDisposable
{
    private const string Snapshot = """
        { "baseCurrency": "USD", "targets": { "A": 0.5 }, "prices": { "A": 10 },
          "accounts": [ { "id": "x", "cash": { "USD": 100 }, "holdings": { "A": 1 }, "markets": [ { "asset": "A", "lotSize": 1 } ] } ] }
        """;

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    public static TheoryData<string, string> Commands => new()
    {
        { "plan", "plan: no input; give a snapshot file, or --positions with a broker's CSV (see 'rebalancer plan --help')" },
        { "plan s.json --positions p.csv", "plan: both a snapshot and --positions are given; give one of them" },
        { "plan missing.json", "missing.json: does not exist; give the path of a file that can be read" },
        { "plan --positions missing.csv", "missing.csv: does not exist; give the path of a file that can be read" },
        { "plan s.json --invest 5", "--invest: goes with --positions; in a snapshot write it into the file" },
        { "plan s.json --objective best", "--objective: \"best\" is not known; use tracking, buy-only, sell-only, fewest-trades, simple" },
        { "plan s.json --prices missing.csv", "missing.csv: does not exist; give the path of a file that can be read" },
        { "plan s.json --prices p.csv", "p.csv:1: date: the first column must be date, with one column an asset after it; correct the header" },
        { "plan s.json --prices prices.csv", "prices.csv:3: A: \"-1\" is not a price above 0; correct it, or leave it blank" },
        { "plan s.json --prices prices.csv", "prices.csv:4: date: \"2026-11-19\" is not a date after the one above; write ascending dates, as 2026-11-21" },
        { "plan broken.json", "broken.json:2: is not valid JSON: '}' is an invalid start of a value; correct the text near this line" },
        { "plan list.json", "list.json:1: must be an object, is a list; write { \"name\": value, … }" },
        { "plan --positions p.csv --invest x", "--invest: must be an amount above 0, is \"x\"; write it as 5000 or 5000.50" },
        { "plan --positions p.csv --invest -5", "--invest: must be an amount above 0, is \"-5\"; write it as 5000 or 5000.50" },
        { "plan --positions p.csv --invest y=5", "--invest: \"y\" is not an account of the file; did you mean \"broker\"?" },
        { "plan --positions two.csv --invest 5", "--invest: the file has 2 accounts; write --invest one=5" },
        { "plan --positions two.csv --invest one=5 --invest one=6", "--invest: is given twice for one; add the two up" },
        { "plan --positions two.csv --invest one=5 --increment 1", "--increment: hands money out in one account; give a file with one" },
        { "plan --positions p.csv --withdraw 5000", "--withdraw: 5000 is more than broker is worth, 300; take out less" },
        { "plan --positions p.csv --increment 5", "--increment: needs money to hand out or to take out; give --invest X or --withdraw X, and not both" },
        { "plan --positions p.csv --invest 5 --increment 0", "--increment: must be an amount above 0, is \"0\"; write it as 5000 or 5000.50" },
        { "plan --positions p.csv --invest 5000 --increment 0.0001", "--increment: makes more than a million steps of 5000; give a larger step" },
        { "plan --positions p.csv --targets above.json", "above.json:1: the weights add up to 1.2; they may add up to 1 at most; what is left is the cash target" },
        { "plan --positions p.csv --targets unknown.json", "unknown.json: FOP: is not held and has no price; did you mean \"FOO\"? Otherwise give its price with --prices" },
        { "plan --positions p.csv --targets base.json", "base.json: USD: is the base currency; leave it out: what the weights leave of 1 is the cash target" },
        { "plan --positions p.csv --targets list.json", "list.json:1: must be an object, is a list; write { \"name\": value, … }" },
        { "plan --positions headless.csv", "headless.csv:1: Symbol: the header has no such column; the first line must name Symbol, PositionValue, MarkPrice" },
        { "plan --positions s.json", "s.json:1: Symbol: the header has no such column; the first line must name Symbol, PositionValue, MarkPrice" },
        { "plan typo.json", "typo.json:1: account: is not a known field; did you mean \"accounts\"? Otherwise remove it" },
        { "plan -i", "-i: asks questions, which needs a terminal; give the options instead (see 'rebalancer plan --help')" },
        { "plan s.json --outptu json", "rebalancer: Unrecognized command or argument '--outptu'.; see 'rebalancer plan --help'" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Plan_WhenInputIsBad_SaysWhereWhatAndWhatToDo(string command, string error)
    {
        _terminal.Write("s.json", Snapshot);
        _terminal.Write("p.csv", "Symbol,PositionValue,MarkPrice\nFOO,100,10\nBAR,200,5\n");
        _terminal.Write("two.csv", "Symbol,PositionValue,MarkPrice,Account\nFOO,100,10,one\nBAR,200,5,two\n");
        _terminal.Write("headless.csv", "FOO,100,10\n");
        _terminal.Write("prices.csv", "date,A\n2026-11-20,5\n2026-11-21,-1\n2026-11-19,5\n");
        _terminal.Write("broken.json", "{ \"targets\":\n}");
        _terminal.Write("list.json", "[]");
        _terminal.Write("above.json", "{ \"FOO\": 0.6, \"BAR\": 0.6 }");
        _terminal.Write("unknown.json", "{ \"FOP\": 0.6 }");
        _terminal.Write("base.json", "{ \"USD\": 0.6 }");
        _terminal.Write("typo.json", "{ \"account\": [] }");
        (await _terminal.RunAsync(command.Split(' '))).ShouldBe(2);
        _terminal.Error.Split(Environment.NewLine).ShouldContain(error);
        _terminal.Out.ShouldBeEmpty();
    }
}
