using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// Cash trapped in an account that cannot use it: what moving it to another account, which could buy what is missing, would do for the
/// deviation, fees paid. Only the user can move money between a broker and an exchange. Each advice stands alone: the targets are filled once.
/// </summary>
internal sealed class TransferAdvisor(PlanState state)
{
    private const int MostAdvice = 5;

    // The richest account, and the next for when the richest is the one that needs money.
    private const int MostSources = 2;
    private const decimal Cent = 0.01m;

    // Below this share of the portfolio a transfer is not worth a letter to the bank.
    private const decimal SmallestShareOfValue = 0.00001m;

    private readonly Portfolio _portfolio = state.Portfolio;
    private readonly TradeTrial _trial = new(state);
    private readonly Dictionary<int, List<TradeOption>> _useful = [];
    private readonly decimal _smallestGain = state.Portfolio.TotalValue * SmallestShareOfValue * state.Portfolio.Problem.DeviationWeight;

    public IReadOnlyList<TransferAdvice> Advise()
    {
        if (_portfolio.Problem.Objective == PlacementObjective.SellOnly)
        {
            return [];
        }

        var advice = new List<TransferAdvice>();
        var best = from source in Sources()
                   from target in Enumerable.Range(0, _portfolio.Accounts.Count)
                   where source.Account != target && !_portfolio.Accounts[target].Frozen
                   let tried = Try(source.Account, target, source.Currency, source.Free)
                   where tried is not null
                   orderby tried.WouldReduceDeviationBy descending, source.IsTrapped descending, tried.Amount, tried.From, tried.To
                   select tried;
        foreach (var next in best)
        {
            // An account that better advice takes money from is not one to bring money to.
            if (advice.Count < MostAdvice && !advice.Exists(given => given.To == next.To || given.From == next.To || given.To == next.From))
            {
                advice.Add(next);
            }
        }

        return advice;
    }

    /// <summary>
    /// The accounts with most to give, by currency, and of those whose cash can buy nothing that is missing: what a richer one can do for a
    /// target, a poorer one cannot do better.
    /// </summary>
    private List<(int Account, string Currency, decimal Free, bool IsTrapped)> Sources() =>
    [
        .. _portfolio.Accounts.Index().Where(entry => !entry.Item.Frozen)
            .SelectMany(entry => _portfolio.AssetsOf(entry.Item).Where(_portfolio.IsFreeCash)
                .Select(currency => (Account: entry.Index, Currency: currency, Free: state.Spendable(entry.Index, currency))))
            .Where(source => source.Free > _portfolio.TotalValue * SmallestShareOfValue)
            .Select(source => (source.Account, source.Currency, source.Free, IsTrapped: UsefulIn(source.Account).Count == 0))
            .GroupBy(source => (source.Currency, source.IsTrapped))
            .SelectMany(sources => sources.OrderByDescending(source => source.Free).Take(MostSources)),
    ];

    /// <summary>The markets of an account in which something that is missing could be bought, had it the money.</summary>
    private List<TradeOption> UsefulIn(int account) => _useful.TryGetValue(account, out var known) ? known
        : _useful[account] = [.. _portfolio.Trades.Of(account).Where(option => !_portfolio.IsCurrency(option.Asset) && Purchase(option) is not null)];

    /// <summary>Buys in the target account whatever helps most, one purchase after another, until the money is spent.</summary>
    private TransferAdvice? Try(int from, int to, string currency, decimal free)
    {
        var own = Math.Max(0, state.Spendable(to, currency));
        var usable = UsefulIn(to).FindAll(option => option.Quote == currency);
        var (spent, nearer) = (0m, 0m);
        var undo = new List<(TradeOption Option, decimal Lots)>();
        while (NextPurchase(usable, own + free - spent) is { } next)
        {
            var lots = state.LotsOf(next.Option, isBuy: true);
            spent += (next.Value * next.Option.BuyOutflow) + (lots == 0 ? next.Option.Market.TicketFee : 0);
            nearer += next.Nearer;
            undo.Add((next.Option, lots));
            state.Set(next.Option, isBuy: true, lots + next.Lots);
        }

        undo.Reverse();
        foreach (var (option, lots) in undo)
        {
            state.Set(option, isBuy: true, lots);
        }

        var amount = Math.Ceiling((spent - own) / _portfolio.Price(currency) / Cent) * Cent;
        return amount > 0 && nearer > _portfolio.TotalValue * SmallestShareOfValue
            ? new TransferAdvice(_portfolio.Accounts[from].Id, _portfolio.Accounts[to].Id, DecimalText.Normalise(amount), currency, DecimalText.Normalise(nearer))
            : null;
    }

    private Trial? NextPurchase(List<TradeOption> usable, decimal money)
    {
        Trial? best = null;
        foreach (var option in usable)
        {
            if (Purchase(option) is { } found && AsMuchAs(found, money) is { } affordable && (best is null || affordable.Gain > best.Value.Gain))
            {
                best = affordable;
            }
        }

        return best;
    }

    private Trial? AsMuchAs(Trial found, decimal money)
    {
        var ticket = state.LotsOf(found.Option, isBuy: true) == 0 ? found.Option.Market.TicketFee : 0;
        return (found.Value * found.Option.BuyOutflow) + ticket <= money ? found : Purchase(found.Option, (money - ticket) / found.Option.BuyOutflow);
    }

    private Trial? Purchase(TradeOption option, decimal mostValue = decimal.MaxValue) =>
        _trial.Best(option, isBuy: true, Obstacle.Cash, mostValue) is { } found && found.Gain > _smallestGain ? found : null;
}
