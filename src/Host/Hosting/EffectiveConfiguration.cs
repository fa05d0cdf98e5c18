using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>The settings file with what operators changed at runtime laid over it: what the service works by.</summary>
/// <param name="Accounts">By id.</param>
public sealed record EffectiveConfiguration(IReadOnlyList<PortfolioSettings> Portfolios, SortedDictionary<string, AccountConfiguration> Accounts)
{
    public static EffectiveConfiguration Of(LoadedConfiguration file, Roster roster, RunConsent consent)
    {
        var directory = Path.GetDirectoryName(file.Path)!;
        var accounts = new SortedDictionary<string, AccountConfiguration>(StringComparer.Ordinal);
        foreach (var account in file.Configuration.Accounts.Where(account => !roster.Removed.Contains(account.Id)))
        {
            accounts[account.Id] = account;
        }

        foreach (var entry in roster.Added.Values)
        {
            accounts[entry.AccountId] = ReadAccount(entry.Settings, directory);
        }

        // A settings file changed later cannot take an account away from a portfolio that was given it at runtime.
        var given = roster.Portfolios.Values.SelectMany(portfolio => portfolio.Accounts).ToList();
        var ofFile = file.Configuration.Portfolios
            .Where(portfolio => !roster.RemovedPortfolios.Contains(portfolio.Id) && !roster.Portfolios.ContainsKey(portfolio.Id))
            .Select(portfolio => portfolio with { Accounts = [.. portfolio.Accounts.Except(given, StringComparer.Ordinal)] });
        var added = roster.Portfolios.Values.Select(entry => consent.Restrict(RuntimePortfolio.Read(entry.Settings, directory).Settings, roster.Live)
            with { Accounts = entry.Accounts });
        return new EffectiveConfiguration([.. ofFile.Concat(added).Select(portfolio => portfolio with
        {
            Accounts = [.. portfolio.Accounts
                .Where(id => accounts.ContainsKey(id) && !roster.Added.ContainsKey(id))
                .Concat(roster.Added.Values.Where(entry => entry.PortfolioId == portfolio.Id).Select(entry => entry.AccountId))],
        })], accounts);
    }

    /// <summary>An account as it would stand in the settings file.</summary>
    /// <exception cref="InvalidInputException">It could not stand there.</exception>
    public static AccountConfiguration ReadAccount(string json, string directory)
    {
        const string Source = "account";
        var errors = new InputErrors();
        var account = new AccountReader(directory, errors, mayBeStored: true).Read(JsonFields.OfText(json, Source, errors));
        VenueRules.Check(account, Source, errors);
        errors.ThrowIfAny(Source);
        return account;
    }

    /// <summary>The portfolio an account belongs to; null when none names it.</summary>
    public PortfolioSettings? PortfolioOf(string account) => Portfolios.FirstOrDefault(portfolio => portfolio.Accounts.Contains(account));

    /// <summary>What an account is to trade: its own list, else what its portfolio aims at; null for all that its venue lists.</summary>
    public IReadOnlyList<string>? WantedAssets(string account)
    {
        if (!Accounts.TryGetValue(account, out var own) || own.Assets.Count > 0)
        {
            return own?.Assets;
        }

        var targets = PortfolioOf(account)?.Targets;
        return targets is null || targets.Computed?.Every is not null
            ? null
            : [.. targets.Weights.Keys.Concat(targets.Assets).Concat(targets.Computed?.Market is { } market ? [market] : []).Distinct(StringComparer.Ordinal)];
    }

    public PortfolioSettings Portfolio(string id) => Portfolios.Single(portfolio => portfolio.Id == id);
}
