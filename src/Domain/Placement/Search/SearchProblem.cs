using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The placement, or a part of it around a plan, as flat arrays of doubles, for the search and for the bound. Amounts are values in base currency. Every trade option t has
/// two sides, 2t that buys and 2t + 1 that sells; a side trades nothing or a value between <see cref="Least"/> and <see cref="Most"/>, in
/// steps of <see cref="Lot"/> where <see cref="IsWhole"/>. A side enters rows by its value and by there being an order:
/// minimise μ Σ max(0, |gap − Σ deviation entries| − band) + Σ rate·value + Σ (ticket + λ) + Σ tax, every resource row Σ entries + room ≥ 0.
/// </summary>
/// <remarks>
/// Rules that are no rows: a pair (account, asset) never both buys and sells; neither does an asset with <see cref="OneDirectionPerAsset"/>;
/// an asset of which anything is sold at a loss is bought nowhere (<see cref="ForbidsWashSales"/>), and sold at no loss where
/// <see cref="LossForbidden"/>; the gains of all sells are at most <see cref="GainBudget"/>.
/// </remarks>
internal sealed record SearchProblem
{
    /// <summary>No account, but a cap.</summary>
    public const int Cap = -1;

    /// <summary>No account, but what all of them keep together.</summary>
    public const int CommonReserve = -2;

    public required Portfolio Portfolio { get; init; }

    /// <summary>μ.</summary>
    public required double DeviationWeight { get; init; }

    /// <summary>λ.</summary>
    public required double OrderPenalty { get; init; }

    public required int AccountCount { get; init; }

    /// <summary>What an account of the portfolio is worth on average: the scale of amounts, in a part of a plan too.</summary>
    public required double AccountValue { get; init; }

    /// <summary>Assets that have an option; in a whole problem in ordinal order; <see cref="Asset"/> indexes them.</summary>
    public required IReadOnlyList<string> Assets { get; init; }

    public int TradeCount => Lot.Length;

    /// <summary>Value of one lot, by trade.</summary>
    public required double[] Lot { get; init; }

    /// <summary>By trade; false where lots are so small that the value is continuous and rounded after.</summary>
    public required bool[] IsWhole { get; init; }

    /// <summary>Smallest value of an order, by trade.</summary>
    public required double[] Least { get; init; }

    /// <summary>Largest value, by side; 0 where the side is closed.</summary>
    public required double[] Most { get; init; }

    /// <summary>Cost of one unit of value, by side: fee, half-spread and location preference; may be negative by the preference.</summary>
    public required double[] Rate { get; init; }

    /// <summary>Cost of there being an order, by trade: ticket and λ.</summary>
    public required double[] Ticket { get; init; }

    public required int[] Account { get; init; }

    public required int[] Asset { get; init; }

    /// <summary>Index of the (account, asset) that a trade belongs to; several markets of one asset share it.</summary>
    public required int[] Pair { get; init; }

    /// <summary>How the sides move the deviation rows.</summary>
    public required SideEntries Deviation { get; init; }

    /// <summary>How the sides move the resource rows.</summary>
    public required SideEntries Resource { get; init; }

    /// <summary>What is missing to the target before any trade, by deviation row (in a whole problem the portfolio's rows, in order).</summary>
    public required double[] Gap { get; init; }

    /// <summary>Deviation up to this costs nothing, by deviation row; 0 for tracking.</summary>
    public required double[] Band { get; init; }

    /// <summary>Room of every resource row before any trade; negative where a rule is broken from the start.</summary>
    public required double[] Room { get; init; }

    /// <summary>
    /// What a search may use of <see cref="Room"/>. Null where that is the room less what rounding these trades may take; a part of a larger plan
    /// has the room that the rest of the plan leaves it.
    /// </summary>
    public double[]? UsableRoom { get; init; }

    /// <summary>
    /// Account whose cash the row is, which may not buy while the row stays broken; <see cref="CommonReserve"/>, while which is broken no account buys, or
    /// <see cref="Cap"/>.
    /// </summary>
    public required int[] RowAccount { get; init; }

    /// <summary>Sales of a pair strictly between these two values would strand a rest that nobody takes; equal where none would.</summary>
    public required (double From, double To)[] Stranding { get; init; }

    /// <summary>Tax lots by pair.</summary>
    public required TaxSchedule Taxes { get; init; }

    public required bool OneDirectionPerAsset { get; init; }

    public required bool ForbidsWashSales { get; init; }

    /// <summary>By asset: bought a short time ago, so that a loss may not be taken.</summary>
    public required bool[] LossForbidden { get; init; }

    /// <summary>Largest sum of gains less losses that a search may use; infinite where there is none.</summary>
    public required double GainBudget { get; init; }

    /// <summary>The same before anything is set aside for rounding: a bound must hold for plans that use all of it.</summary>
    public required double FullGainBudget { get; init; }

    public static SearchProblem Of(Portfolio portfolio) => new SearchProblemBuilder(portfolio).Build();

    /// <summary>Trades of which a side may trade, in order.</summary>
    public IEnumerable<int> OpenTrades() => Enumerable.Range(0, TradeCount).Where(trade => Most[BuySide(trade)] > 0 || Most[SellSide(trade)] > 0);

    public static int BuySide(int trade) => 2 * trade;

    public static int SellSide(int trade) => (2 * trade) + 1;
}

/// <summary>
/// Sparse entries of sides in rows: those of side s are at [<see cref="Start"/>[s], Start[s + 1]). An order of value v moves the row by
/// <see cref="PerValue"/>·v + <see cref="PerOrder"/>.
/// </summary>
internal sealed record SideEntries(int[] Start, int[] Row, double[] PerValue, double[] PerOrder);

/// <summary>
/// Tax lots in the order they are sold: those of pair p are at [<see cref="Start"/>[p], Start[p + 1]); none where nothing is taxed.
/// </summary>
/// <param name="End">Value sold when this lot is used up, of the whole pair.</param>
/// <param name="Tax">Of one unit of value; negative only where losses are credited.</param>
/// <param name="Gain">Of one unit of value.</param>
/// <param name="LossFree">By pair: the value that can be sold before the first lot with a loss is touched; infinite where there is none.</param>
internal sealed record TaxSchedule(int[] Start, double[] End, double[] Tax, double[] Gain, double[] LossFree);
