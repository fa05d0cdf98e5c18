using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>Turns what the accounts report into the placement problem to solve. Everything left out of it is said in words.</summary>
public sealed class ProblemBuilder
{
    private readonly DecisionRequest _request;
    private readonly SortedDictionary<string, PricePoint> _prices;
    private readonly SortedSet<string> _notes = new(StringComparer.Ordinal);

    private ProblemBuilder(DecisionRequest request, SortedDictionary<string, PricePoint> prices)
    {
        _request = request;
        _prices = prices;
    }

    private PortfolioSettings Settings => _request.Settings;

    /// <param name="aim">Weights to reach; see <see cref="Drift.Aim"/>.</param>
    /// <returns>The problem, and a sentence for everything that was left out of it.</returns>
    public static (PlacementProblem Problem, IReadOnlyList<string> Notes) Build(
        DecisionRequest request, SortedDictionary<string, PricePoint> prices, Valuation valuation, SortedDictionary<string, decimal> aim,
        PlacementObjective objective)
    {
        var builder = new ProblemBuilder(request, prices);
        var problem = builder.Build(valuation, aim, objective);
        return (problem, [.. builder._notes]);
    }

    private PlacementProblem Build(Valuation valuation, SortedDictionary<string, decimal> aim, PlacementObjective objective)
    {
        foreach (var asset in valuation.Unpriced)
        {
            _notes.Add($"{asset} is held but no market prices it: it is left out of the portfolio's value and not traded");
        }

        var unmanaged = new SortedSet<string>(Settings.Unmanaged, StringComparer.Ordinal);
        unmanaged.UnionWith(_request.Accounts.SelectMany(account => account.Reading.Balances)
            .Where(balance => balance.Total != 0 && Valuation.ScopeOf(Settings, _request.Targets, balance) == Valuation.Scope.Outside)
            .Select(balance => balance.Asset));
        unmanaged.IntersectWith(_prices.Keys);
        var accounts = _request.Accounts.Select(Account).ToList();
        var needed = accounts.SelectMany(account => account.Holdings.Keys.Concat(account.Cash.Keys).Concat(account.Unsettled.Keys)
                .Concat(account.Markets.SelectMany(market => new[] { market.Asset, market.Quote, market.FeeIn ?? market.Quote })))
            .Concat(aim.Keys).Distinct(StringComparer.Ordinal);
        var problem = new PlacementProblem
        {
            AsOf = DateOnly.FromDateTime(_request.At.UtcDateTime),
            BaseCurrency = Settings.BaseCurrency,
            Targets = aim,
            Prices = Sorted(needed.Where(asset => asset != Settings.BaseCurrency && _prices.ContainsKey(asset))
                .Select(asset => (asset, _prices[asset].Price))),
            Unmanaged = [.. unmanaged],
            CashReserve = Settings.CashReserve,
            Accounts = accounts,
            Taxes = Settings.Taxes,
            RecentTrades = Settings.Taxes is null ? [] : _request.TaxBook.Recent,
            Objective = objective,
            Band = Settings.Bands.Absolute,
            DeviationWeight = Settings.Placement.DeviationWeight,
            OrderPenalty = Settings.Placement.OrderPenalty,
            TimeLimitSeconds = Settings.Placement.TimeLimitSeconds,
            GapBasisPoints = Settings.Placement.GapBasisPoints,
        };
        return ExposureCaps.Apply(problem, Settings, _notes);
    }

    private PlacementAccount Account(AccountForDecision account)
    {
        var reading = account.Reading;
        var priced = reading.Balances.Where(balance => _prices.ContainsKey(balance.Asset)).ToList();
        var currencies = priced.Where(IsCash).ToList();
        var holdings = Sorted(priced.Where(balance => !IsCash(balance) && balance.Total != 0).Select(balance => (balance.Asset, balance.Total)));
        if (account.FrozenBecause is { } reason)
        {
            _notes.Add($"{reading.Id} is frozen ({reason}): it counts with its last known balances and trades nothing");
        }

        return new PlacementAccount
        {
            Id = reading.Id,
            Venue = reading.Venue,
            Kind = reading.Kind,
            Taxable = reading.Taxable,
            Reserve = reading.Reserve,
            Frozen = account.FrozenBecause is not null,
            // Cash that is locked by someone's order counts, but cannot be spent: the same as cash that has not settled.
            Cash = Sorted(currencies.Where(balance => Spendable(reading, balance) != 0).Select(balance => (balance.Asset, Spendable(reading, balance)))),
            Unsettled = Sorted(currencies.Where(balance => balance.Total != Spendable(reading, balance))
                .Select(balance => (balance.Asset, balance.Total - Spendable(reading, balance)))),
            Holdings = holdings,
            Markets = [.. reading.Markets.Where(rules => IsPlaceable(rules.Market))
                .OrderBy(rules => rules.Market.Asset, StringComparer.Ordinal).ThenBy(rules => rules.Market.Quote, StringComparer.Ordinal)
                .Select(rules => Market(account, rules))],
            Lots = Lots(reading, holdings),
        };
    }

    /// <summary>Free, less what a quarantined order may still take and the venue has not locked for it.</summary>
    private static decimal Spendable(AccountReading reading, Balance balance)
    {
        var reserved = reading.Quarantined.Where(frozen => frozen.Asset == balance.Asset).Sum(frozen => frozen.Reserved);
        return balance.Free <= 0 ? balance.Free : Math.Max(0, balance.Free - Math.Max(0, reserved - balance.Locked));
    }

    private bool IsCash(Balance balance) => balance.IsCurrency || balance.Asset == Settings.BaseCurrency;

    private bool IsPlaceable(MarketId market)
    {
        var managed = _request.Targets.ContainsKey(market.Asset)
            || (!Settings.Unmanaged.Contains(market.Asset) && (Settings.Untargeted == UntargetedPolicy.Sell || _request.IsCurrency(market.Asset)));
        return managed && _request.IsCurrency(market.Quote) && _prices.ContainsKey(market.Asset) && _prices.ContainsKey(market.Quote);
    }

    private PlacementMarket Market(AccountForDecision account, MarketRules rules)
    {
        var quotePrice = _prices[rules.Market.Quote].Price;
        var quote = account.Reading.Quotes.FirstOrDefault(candidate => candidate.Market == rules.Market && PriceBook.IsUsable(candidate));
        var held = account.Reading.Balances.FirstOrDefault(balance => balance.Asset == rules.Market.Asset);
        return new PlacementMarket
        {
            Asset = rules.Market.Asset,
            Quote = rules.Market.Quote,
            LotSize = rules.LotSize,
            MinQuantity = rules.MinQuantity,
            MaxQuantity = rules.MaxQuantity,
            MinNotional = Math.Max(rules.MinNotional, Settings.MinTradeValue / quotePrice),
            MaxNotional = rules.MaxNotional,
            FeeRate = rules.TakerFeeRate,
            HalfSpread = quote is null ? 0 : (quote.Ask - quote.Bid) / (quote.Ask + quote.Bid),
            TicketFee = rules.TicketFee * quotePrice,
            FeeIn = rules.FeeAsset is { } asset && _prices.ContainsKey(asset) ? asset : null,
            Allow = account.FrozenBecause is null ? Allowed(account.Reading, rules, quote, held) : AllowedSides.None,
        };
    }

    private AllowedSides Allowed(AccountReading reading, MarketRules rules, Quote? quote, Balance? held)
    {
        var where = $"{rules.Market} at {reading.Id}";
        if (rules.SessionAt(reading.ReceivedAt) is var session and not TradingSession.Open)
        {
            return None(rules.NextOpen is { } open ? $"{where} is {session} until {Words.At(open)}" : $"{where} is {session}");
        }

        if (reading.Quarantined.FirstOrDefault(frozen => frozen.Market == rules.Market) is { } quarantined)
        {
            return None(
                $"{where} is frozen by order {quarantined.IntentId}, of which nobody knows the outcome; look it up at the venue, then say: order resolve {quarantined.IntentId}");
        }

        var limit = reading.Kind == "broker" ? Settings.Limits.MaxEquityPriceAgeSeconds : Settings.Limits.MaxCryptoPriceAgeSeconds;
        if (quote is null)
        {
            return None($"{where} has no usable quote");
        }

        // Counted to when the report came: how long the other accounts took to answer does not make this price older.
        var age = reading.ReceivedAt - quote.At;
        if (age > TimeSpan.FromSeconds(limit))
        {
            return None($"the price of {where} is {Words.Age(age)} old, more than {limit} s");
        }

        if (_request.Untradeable.FirstOrDefault(pair => pair.Account == reading.Id && pair.Asset == rules.Market.Asset) is { } pair)
        {
            return None($"{where}: {pair.Reason}");
        }

        var allow = reading.TradingState == TradingState.Reducing || _request.SellsOnly ? AllowedSides.Sell : AllowedSides.Both;
        foreach (var refused in reading.Refused.Where(refused => refused.Market == rules.Market))
        {
            _notes.Add($"{where}: {refused.Side.ToString().ToLowerInvariant()}s are not tried before {Words.At(refused.Until)}: {refused.Reason}");
            allow &= refused.Side == TradeSide.Buy ? ~AllowedSides.Buy : ~AllowedSides.Sell;
        }

        if (held is not null && !IsCash(held) && Spendable(reading, held) < held.Total)
        {
            // The model may sell the whole holding; where part of it is locked or not settled it would sell what cannot be delivered.
            _notes.Add($"{where}: {Words.Quantity(held.Total - Spendable(reading, held))} is locked, reserved or unsettled, so nothing of it is sold now");
            allow &= ~AllowedSides.Sell;
        }

        if (!LotsAreKnown(reading, rules.Market.Asset, held))
        {
            _notes.Add(
                $"{where}: the cost of {Words.Quantity(_request.TaxBook.Known(reading.Id, rules.Market.Asset))} of {Words.Quantity(held!.Total)} {rules.Market.Asset} is known, "
                + $"so the tax of selling is not and nothing of it is sold; write its lots into the file that \"lots\" of {reading.Id} names (what came from elsewhere has no cost "
                + "until you say it), or set \"taxable\" of the account to false to sell without regard to tax");
            allow &= ~AllowedSides.Sell;
        }

        return allow;
    }

    private bool LotsAreKnown(AccountReading reading, string asset, Balance? held) =>
        Settings.Taxes is null || !reading.Taxable || held is null || IsCash(held)
        || _request.TaxBook.LotsOf(reading.Id, asset, held.Total) is not null;

    private AllowedSides None(string why)
    {
        _notes.Add($"{why}: not traded now");
        return AllowedSides.None;
    }

    private SortedDictionary<string, IReadOnlyList<TaxLot>> Lots(AccountReading reading, SortedDictionary<string, decimal> holdings)
    {
        var known = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal);
        foreach (var (asset, held) in holdings)
        {
            if (_request.TaxBook.LotsOf(reading.Id, asset, held) is { Count: > 0 } lots)
            {
                known[asset] = lots;
            }
        }

        return known;
    }

    private static SortedDictionary<string, decimal> Sorted(IEnumerable<(string Key, decimal Value)> items)
    {
        var sorted = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (key, value) in items)
        {
            sorted[key] = sorted.GetValueOrDefault(key) + value;
        }

        return sorted;
    }
}
