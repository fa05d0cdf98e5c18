using Rebalancer.Domain.Portfolios.Taxes;

namespace Rebalancer.Domain.Portfolios;

/// <param name="FrozenBecause">Null when the account may trade.</param>
public sealed record AccountForDecision(AccountReading Reading, string? FrozenBecause);

/// <summary>A pair whose orders kept failing: left alone until the next decision that is not a remainder.</summary>
public sealed record UntradeablePair(string Account, string Asset, string Reason);

/// <summary>A fresh snapshot of the whole portfolio and what is wanted of it.</summary>
/// <param name="Targets">After smoothing.</param>
public sealed record DecisionRequest(
    PortfolioSettings Settings, SortedDictionary<string, decimal> Targets, Trigger Trigger, IReadOnlyList<AccountForDecision> Accounts,
    IReadOnlyList<UntradeablePair> Untradeable, DateTimeOffset At)
{
    /// <summary>The portfolio, or everything, only reduces.</summary>
    public bool SellsOnly { get; init; }

    /// <summary>Lots and recent trades of all accounts.</summary>
    public TaxBook TaxBook { get; init; } = TaxBook.Empty;

    /// <summary>
    /// Whether orders may be paid in it. An account that holds none of a currency does not report it, so a quote that nobody reports as
    /// anything else counts as one.
    /// </summary>
    public bool IsCurrency(string asset) =>
        asset == Settings.BaseCurrency
        || (Accounts.SelectMany(account => account.Reading.Balances).FirstOrDefault(balance => balance.Asset == asset) is { } balance
            ? balance.IsCurrency
            : Accounts.SelectMany(account => account.Reading.Markets).Any(rules => rules.Market.Quote == asset));
}

/// <summary>What a decision was made for.</summary>
public enum TriggerKind
{
    Manual,
    Schedule,
    DriftBand,
    Deposit,
    SettingsChanged,
    AccountAdded,

    /// <summary>What the decision before left undone.</summary>
    Remainder,

    /// <summary>Cash is below zero, or below what must stay, and something could be sold for it.</summary>
    ShortCash,

    /// <summary>Cash above its target that the last plan did not know of, though every asset is inside its band.</summary>
    IdleCash,
}

/// <param name="Detail">What exactly happened, in words: who asked, which slot, which asset left its band.</param>
public sealed record Trigger(TriggerKind Kind, string Detail);
