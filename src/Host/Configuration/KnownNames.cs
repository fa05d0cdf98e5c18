namespace Rebalancer.Host.Configuration;

/// <summary>
/// Spelling of the settings' fields, for variables, whose names are customarily in capitals. Names that are data (assets, currencies,
/// groups, options of a venue) are taken as they are.
/// </summary>
public static class KnownNames
{
    /// <summary>Fields whose members are assets, currencies or groups: the share KEY is no key.</summary>
    private static readonly string[] NamedByData = ["weights", "assets", "assetBounds", "riskBudgets", "prior", "symbols", "balances", "options", "min", "max"];

    private static readonly SortedDictionary<string, string> Spelling = new(
        new[]
        {
            "journal", "listen", "apiToken", "node", "name", "advertise", "tls", "certificate", "key", "clusterToken", "credentialsSecret", "audit", "heads", "everyMinutes", "signingKey", "notifications", "kind", "url",
            "on", "portfolios", "id", "baseCurrency", "mode", "untargeted", "unmanaged", "targets", "method", "weights", "assets", "bands", "absolute",
            "relative", "rebalanceTo", "cashFlow", "minTradeValue", "minIntervalDays", "smoothing", "cashReserve", "taxes", "history", "provider",
            "timeframe", "schedule", "cron", "timeZone", "whenClosed", "placement", "objective", "deviationWeight", "orderPenalty", "timeLimitSeconds",
            "gapBasisPoints", "oneDirectionPerAsset", "orders", "type", "timeoutSeconds", "slices", "priceCollar", "limits", "maxOrderNotional",
            "maxDailyTurnover", "maxBalanceAgeSeconds", "maxPriceAgeSeconds", "maxFrozenAgeSeconds", "maxDrawdown", "approval", "accounts", "venue",
            "endpoint", "credentials", "apiKey", "secret", "reserve", "taxable", "lots", "pollSeconds", "pricePollSeconds", "options", "balances",
            "shortTermRate", "longTermRate", "longTermDays", "gainBudget", "creditLosses", "washSaleDays", "lookbackDays", "minHistoryDays", "filter", "venues", "minDailyVolume", "returnsModel", "riskModel",
            "missing", "frequency", "span", "logReturns", "arithmetic", "riskFree", "bounds", "assetBounds", "groups", "net", "sum", "grossMax",
            "maxTurnover", "transactionCost", "l2", "maxAssets", "minWeightIfHeld", "targetReturn", "targetVolatility", "riskAversion", "beta",
            "benchmarkReturn", "linkage", "riskBudgets", "views", "market", "age", "birthDate", "risky", "bonds", "cash", "knots", "bondShare",
            "passwordFile", "allowedOrigins", "harvestLosses", "timeInForce", "repriceSeconds", "crypto", "equity", "maxRulesAgeSeconds",
            "maxClockSkewSeconds", "maxExposure", "account", "total", "reason", "current", "symbols", "prior", "tau", "confidence", "return", "min", "max",
        }.ToDictionary(name => name),
        StringComparer.OrdinalIgnoreCase);

    /// <param name="within">The field that has it as a member; empty for the root.</param>
    public static string Spell(string name, string within) =>
        NamedByData.Contains(within, StringComparer.Ordinal) ? name : Spelling.GetValueOrDefault(name, name);
}
