using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <param name="Column">What is missing, scaled.</param>
/// <param name="Account">Account that may not buy while something is missing; null for what accounts share.</param>
/// <param name="IsCap">Value above a cap rather than missing cash.</param>
internal readonly record struct Shortfall(int Column, int? Account, bool IsCap);

/// <summary>The full model of PLACEMENT.md: columns, rows and the sums the stages minimise. All money in it is scaled.</summary>
internal sealed class PlacementModel
{
    public PlacementModel(Portfolio portfolio)
    {
        Portfolio = portfolio;
        Scale = new Scale(portfolio.TotalValue);
        Columns = new TradeColumns(Linear, portfolio, Scale);
        var changes = new BalanceChanges(portfolio, Columns, Scale);
        DeviationRows.Add(this, changes);
        CashRows.Add(this, changes);
        DirectionRows.Add(this);
        CapRows.Add(this, changes);
        TaxColumns.Add(this);
        CloseRows.Add(this);
        AddTradeCosts();
        Objective.Add(Deviation, (double)portfolio.Problem.DeviationWeight).Add(Cost).Add(Tax).Add(Location)
            .Add(Orders, Scale.Scaled(portfolio.Problem.OrderPenalty));
    }

    public Portfolio Portfolio { get; }

    public LinearModel Linear { get; } = new();

    public Scale Scale { get; }

    public TradeColumns Columns { get; }

    /// <summary>Column of what an asset is above its target, and of what it is below, by row.</summary>
    public List<(int Over, int Under)> DeviationColumns { get; } = [];

    /// <summary>Column of what cash lacks and caps exceed; none where every rule is kept without a trade.</summary>
    public List<Shortfall> Shortfalls { get; } = [];

    /// <summary>
    /// The rows that hold an account's cash down: of one currency, or of all of them together where the currency is null.
    /// </summary>
    public List<(int Row, int Account, string? Currency)> CashFloors { get; } = [];

    public LinearSum Deviation { get; } = new();

    public LinearSum Cost { get; } = new();

    public LinearSum Tax { get; } = new();

    public LinearSum Location { get; } = new();

    /// <summary>Number of orders.</summary>
    public LinearSum Orders { get; } = new();

    public LinearSum Turnover { get; } = new();

    /// <summary>Stage 1: μ·deviation + cost + tax + λ·orders, and what location preferences cost.</summary>
    public LinearSum Objective { get; } = new();

    /// <summary>
    /// sum ≥ floor. Where the floor does not hold before any trade (sum is a change, so 0 then), what is missing becomes a shortfall for stage 0.
    /// </summary>
    /// <param name="account">Account that may not buy while the shortfall remains.</param>
    public void AddFloor(LinearSum change, decimal floor, int? account, bool isCap = false)
    {
        if (floor > 0)
        {
            var shortfall = Linear.AddColumn(0, Scale.Scaled(floor));
            Shortfalls.Add(new Shortfall(shortfall, account, isCap));
            change.Add(shortfall, 1);
        }

        if (change.Terms.Count > 0)
        {
            Linear.AddAtLeast(change, Scale.Scaled(floor));
        }
    }

    private void AddTradeCosts()
    {
        foreach (var option in Portfolio.Options)
        {
            var unit = Columns.UnitValue(option);
            var preference = (double)LocationPreference.Of(Portfolio, option);
            AddSide(Columns.Buys[option.Index], option, unit, preference);
            AddSide(Columns.Sells[option.Index], option, unit, -preference);
        }
    }

    private void AddSide(SideColumns side, TradeOption option, double unit, double preference)
    {
        if (!side.IsOpen)
        {
            return;
        }

        Cost.Add(side.Amount, unit * (double)option.CostRate).Add(side.Order, Scale.Scaled(option.Market.TicketFee));
        Location.Add(side.Amount, unit * preference);
        Turnover.Add(side.Amount, unit);
        Orders.Add(side.Order, 1);
    }
}
