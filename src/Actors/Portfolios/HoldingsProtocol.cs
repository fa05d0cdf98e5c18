using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Ask: what every account holds, at one set of prices. Answered by <see cref="PortfolioHoldings"/>.</summary>
public sealed record GetHoldings;

/// <param name="Prices">Of everything that some account quotes, in base currency.</param>
/// <param name="Holdings">By account, in the order of the settings, then by asset; of accounts that have been read.</param>
public sealed record PortfolioHoldings(
    string Id, string BaseCurrency, DateTimeOffset At, IReadOnlyList<PriceView> Prices, IReadOnlyList<HoldingView> Holdings);

/// <param name="Price">In base currency.</param>
/// <param name="Source">Markets and accounts it was taken from.</param>
public sealed record PriceView(string Asset, decimal Price, DateTimeOffset At, string Source);

/// <param name="Quantity">Free, locked and unsettled together.</param>
/// <param name="Price">In base currency; null where no market leads to it.</param>
/// <param name="Value">In base currency; null without a price.</param>
/// <param name="IsCurrency">Money rather than something to hold.</param>
public sealed record HoldingView(string Account, string Asset, decimal Quantity, decimal Locked, decimal? Price, decimal? Value, bool IsCurrency);

/// <summary>Ask: price history of what the portfolio aims at and holds. Answered by <see cref="PriceHistory"/> once the accounts have answered.</summary>
public sealed record GetPriceHistory(int LookbackDays);

/// <param name="History">Null when it could not be had.</param>
/// <param name="Problems">Why not, or what is lacking in it, a sentence each.</param>
public sealed record PriceHistory(TargetHistory? History, IReadOnlyList<string> Problems);
