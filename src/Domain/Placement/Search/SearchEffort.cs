namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// How much the search works, from the size of the problem and the time limit alone: never from a clock, so that the same problem gets the same
/// plan on a busy machine. The rates are what one core of a few years ago does in a second, with room to spare for what else a plan takes.
/// </summary>
/// <param name="BoundSteps">Of the climb that proves the bound; none where the time is too short for it.</param>
/// <param name="Nodes">Of branch and bound; none where the problem is too large for the time.</param>
internal sealed record SearchEffort(int RelaxationIterations, long Moves, long SpreadingMoves, int BoundSteps, int Nodes)
{
    /// <summary>Of improving the plan part by part: trades looked at, as often as they are.</summary>
    public long PartsWork { get; init; }

    /// <summary>Whether branching proves more without the climb, which would split the prices of the trades between assets and accounts.</summary>
    public bool IsBranchedAlone { get; private init; }

    /// <summary>Up to this many, all trades are looked at where of more only those are that promise something.</summary>
    public const int FewTrades = 250;

    private const double MovesInSecond = 720_000;
    private const double SecondsForTrade = 3.5e-4;
    private const double LeastShareForMoves = 0.25;
    private const double LeastSeconds = 0.1;
    private const long MovesForPairOfFewTrades = 20;
    private const long EnoughMoves = 2_000_000;
    private const long MovesForTrade = 100;
    private const long FewestMoves = 20_000;
    private const long MostMoves = 4_000_000;
    private const double ShareForBound = 0.14;
    private const double ShareForRelaxation = 0.05;
    private const double BoundTradesInSecond = 3_000_000;

    // More trades than this no longer fit the caches, and each costs the more the more there are.
    private const double TradesOfFullRate = 10_000;
    private const double RelaxationTradesInSecond = 40_000_000;
    private const int EnoughIterations = 5_000;
    private const int FewestBoundSteps = 20;
    private const int EnoughBoundSteps = 2_500;
    private const int IterationsToClose = 300;
    private const long MovesForTradeToClose = 300;
    private const long MostMovesToClose = 20_000;
    private const double LeastShareToClose = 0.3;
    private const double ShareForSpreading = 0.1;
    private const double SecondsForTradeOfNode = 2e-7;
    private const double SecondsForTwoTradesOfNode = 1.2e-8;
    private const double SecondsForThreeCashRowsOfNode = 4.4e-7;
    private const double SecondsForThreeRowsOfNode = 2.5e-10;
    private const double MostNodes = 1_000_000;
    private const int FewestNodesAlone = 20;

    // Of the time limit. Measured: few trades are searched and spread in a third of it; more need the time for parts, and after the climb for all else.
    private const double ShareForNodes = 0.6;
    private const double ShareForNodesOfMany = 0.4;
    private const double ShareForNodesAfterClimb = 0.05;

    private const double EnoughSecondsForNodes = 10;
    private const int MostTradesBranchedAlone = 800;
    private const int FewestNodesAfterClimb = 5;
    private const long MovesForTradeToBranch = 800;
    private const int FewestNodes = 50;
    private const int NodesForTrade = 100;
    private const int NodesForTradeToClose = 60;
    private const double SecondsForTradeOfFirstPlan = 1e-4;
    private const double ShareOfMovesBeforeParts = 0.5;
    private const double ShareForParts = 0.3;
    private const double PartsWorkInSecond = 800_000;
    private const double EnoughPartsWork = 300_000;
    private const double PartsWorkForTrade = 1_000;
    private const double ShareOfPartsOfFew = 0.5;

    /// <summary>For the plan with the fewest orders: without branching, whose bound is not on their number.</summary>
    public static SearchEffort ForFewest(ProblemSize problem, double timeLimitSeconds) => Usual(problem.Trades, timeLimitSeconds);

    /// <summary>
    /// For the plan with the best objective: annealed for fewer moves than usual, then improved part by part. Up to some hundred trades are branched
    /// instead of climbed: branching proves several times more there, and finds the better plans. More are branched from where the climb leads, as
    /// far as the time goes.
    /// </summary>
    public static SearchEffort ForBest(ProblemSize problem, double timeLimitSeconds)
    {
        var trades = problem.Trades;
        var seconds = Math.Max(LeastSeconds, timeLimitSeconds);
        var usual = WithParts(Usual(trades, timeLimitSeconds), trades, seconds);
        var alone = NodesIn(seconds * (trades > FewTrades ? ShareForNodesOfMany : ShareForNodes), problem);
        if (trades > MostTradesBranchedAlone || alone < FewestNodesAlone)
        {
            // Too few nodes prove less than more of the climb.
            var nodes = NodesIn(seconds * ShareForNodesAfterClimb, problem);
            return nodes >= FewestNodesAfterClimb
                ? usual with { Nodes = nodes }
                : usual with { BoundSteps = (int)(usual.BoundSteps * (1 + (ShareForNodesAfterClimb / ShareForBound))) };
        }

        usual = usual with { IsBranchedAlone = true, Nodes = Math.Min(alone, FewestNodes + (NodesForTrade * trades)) };
        var moves = Math.Min(usual.Moves, Math.Max(FewestMoves, MovesForTradeToBranch * trades));
        return trades > FewTrades ? usual : usual with
        {
            Moves = moves,
            SpreadingMoves = Math.Min(usual.SpreadingMoves, moves / 4),
            PartsWork = (long)(usual.PartsWork * ShareOfPartsOfFew),
        };
    }

    /// <summary>
    /// For problems small enough to be closed: little search, because branch and bound finds better plans on its way, and most work for it. Who gives
    /// less than a second wants many plans soon, and has less of both moves; a second or more are as good as any.
    /// </summary>
    public static SearchEffort ToClose(ProblemSize problem, double timeLimitSeconds)
    {
        var size = Math.Max(1, problem.Trades);
        var share = Math.Clamp(timeLimitSeconds, LeastShareToClose, 1);
        var moves = (long)(Math.Min(MostMovesToClose, MovesForTradeToClose * size) * share);
        var affordable = (long)(Math.Max(LeastSeconds, timeLimitSeconds) * share * ShareForSpreading * MovesInSecond / Spreading.Descents);
        var nodes = Math.Clamp(NodesIn(timeLimitSeconds * ShareForNodes, problem), FewestNodes, FewestNodes + (NodesForTradeToClose * size));
        return new SearchEffort(IterationsToClose, moves, Math.Min(moves, affordable), 0, nodes);
    }

    private static SearchEffort Usual(int trades, double timeLimitSeconds)
    {
        var seconds = Math.Max(LeastSeconds, timeLimitSeconds);
        var wanted = Math.Min(MostMoves, Math.Min(MovesForPairOfFewTrades * trades * trades, EnoughMoves + (MovesForTrade * trades)));
        var affordable = (long)(Math.Max(LeastShareForMoves * seconds, seconds - (SecondsForTrade * trades)) * MovesInSecond);
        var moves = Math.Max(FewestMoves, Math.Min(wanted, affordable));
        var size = Math.Max(1, trades);
        return new SearchEffort(
            (int)Math.Clamp(seconds * ShareForRelaxation * RelaxationTradesInSecond / size, 100, EnoughIterations),
            moves,
            moves / 4,
            BoundStepsIn(seconds * ShareForBound, size),
            0);
    }

    /// <summary>Where the time is too short for more than a first plan, parts of it are left alone, and annealing has all of its moves.</summary>
    private static SearchEffort WithParts(SearchEffort usual, int trades, double seconds)
    {
        var left = seconds - (SecondsForTradeOfFirstPlan * trades);
        return left <= 0 ? usual : usual with
        {
            Moves = Math.Max(FewestMoves, (long)(usual.Moves * ShareOfMovesBeforeParts)),
            PartsWork = (long)Math.Min(EnoughPartsWork + (PartsWorkForTrade * trades), left * ShareForParts * PartsWorkInSecond),
        };
    }

    /// <summary>None where they would be so few that they prove no more than the prices they begin with, and take as long as all until then.</summary>
    private static int BoundStepsIn(double seconds, int trades)
    {
        var steps = seconds * BoundTradesInSecond * Math.Min(1, Math.Sqrt(TradesOfFullRate / trades)) / trades;
        return steps < FewestBoundSteps ? 0 : (int)Math.Min(steps, EnoughBoundSteps);
    }

    /// <summary>
    /// A node looks at its trades and mixes what was seen of them: the more trades, the more of that. Where accounts are many and assets few, or caps
    /// are thousands (most of them have room and cost little), the linear program of the mixture is what takes the time. Measured from 5 to 300 accounts,
    /// 60 to 6,000 trades and up to 3,400 rows.
    /// </summary>
    private static int NodesIn(double seconds, ProblemSize problem)
    {
        double trades = Math.Max(1, problem.Trades);
        var ofTrades = (SecondsForTradeOfNode * trades) + (SecondsForTwoTradesOfNode * trades * trades);
        var ofMixture = Math.Max(SecondsForThreeCashRowsOfNode * Math.Pow(problem.CashRows, 3), SecondsForThreeRowsOfNode * Math.Pow(problem.Rows, 3));
        return (int)Math.Min(MostNodes, Math.Min(seconds, EnoughSecondsForNodes) / Math.Max(ofTrades, ofMixture));
    }
}
