using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Vault;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// The accounts and portfolios the service works with now: the settings file with the roster laid over it. Every change goes through
/// <see cref="ApplyAsync"/> or <see cref="ReloadAsync"/>, one at a time.
/// </summary>
/// <param name="consent">What the command line allows.</param>
/// <param name="apply">Hands a changed configuration to the actors.</param>
public sealed class ServiceAccounts(
    LoadedConfiguration file, Roster roster, RunConsent consent, IReadOnlyDictionary<string, string> variables, CredentialVault vault, VenueFactory venues,
    Func<EffectiveConfiguration, EffectiveConfiguration, CancellationToken, Task> apply) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private LoadedConfiguration _file = file;
    private Roster _roster = roster;

    public EffectiveConfiguration Current { get; private set; } = EffectiveConfiguration.Of(file, roster, consent);

    public IReadOnlyList<string> Ids => [.. Current.Accounts.Keys];

    public IReadOnlyList<string> Portfolios => [.. Current.Portfolios.Select(portfolio => portfolio.Id)];

    /// <summary>The event of adding the account, after checking that it could work and storing the credentials that came with it.</summary>
    /// <exception cref="InvalidInputException">Its settings or credentials are wrong.</exception>
    /// <exception cref="OperationRefusedException">The id is taken.</exception>
    public async Task<RosterEvent.AccountAdded> PrepareAsync(AddAccountRequest request, string portfolio, Operator by, CancellationToken cancellationToken)
    {
        var (settings, credentials) = NewCredentials.Take(request);
        var account = EffectiveConfiguration.ReadAccount(settings, Path.GetDirectoryName(_file.Path)!);
        if (Current.Accounts.ContainsKey(account.Id))
        {
            throw new OperationRefusedException($"{account.Id}: there is an account of that id already; remove it first, or choose another id");
        }

        _ = VenueAccounts.Describe(account, variables, credentials);
        if (credentials.Count > 0)
        {
            await vault.StoreAsync(account.Id, credentials, cancellationToken);
        }

        return new RosterEvent.AccountAdded(account.Id, portfolio, settings, by.Who, by.Why);
    }

    /// <summary>The events of adding the portfolio, after checking that it could stand in the settings file beside what there is.</summary>
    /// <exception cref="InvalidInputException">Something in it is wrong, or its consent to real orders lacks.</exception>
    /// <exception cref="OperationRefusedException">The id is taken.</exception>
    public IReadOnlyList<RosterEvent> Prepare(AddPortfolioRequest request, Operator by)
    {
        var source = request.Source ?? "portfolio";
        var text = RuntimePortfolio.TextOf(request.Portfolio, source);
        var portfolio = RuntimePortfolio.Read(text, Path.GetDirectoryName(_file.Path)!, source);
        var id = portfolio.Settings.Id;
        if (Portfolios.Contains(id))
        {
            throw new OperationRefusedException($"{id}: there is a portfolio of that id already; remove it first, or choose another id");
        }

        portfolio.CheckAccounts(Current.Accounts.Keys, account => PortfolioOf(account)?.Id);
        portfolio.CheckConsent(consent, request.ConfirmLive == id);
        var added = new RosterEvent.PortfolioAdded(id, portfolio.Settings.Accounts, text, by.Who, by.Why);
        return portfolio.Settings.Mode == TradingMode.Live && !consent.DryRun ? [new RosterEvent.LiveConfirmed(id, by.Who, by.Why), added] : [added];
    }

    /// <summary>Deletes the credentials stored for an account that has been removed; false when there has been no such account.</summary>
    public async Task<bool> DeleteCredentialsAsync(string account, CancellationToken cancellationToken)
    {
        if (!_roster.Removed.Contains(account))
        {
            return false;
        }

        await vault.DeleteAsync(account, cancellationToken);
        return true;
    }

    /// <summary>The settings file with the variables laid over it and what was changed at runtime beside it, without secrets.</summary>
    public string Describe() => RedactedJson.Format(_file.Merged);

    /// <summary>
    /// Opens the venue of an account; reaching it is left to its first query. Where a secret is not what it should be, every query says so. A database that
    /// does not answer throws: nothing is known of the secret then.
    /// </summary>
    public async ValueTask<IVenue> OpenAsync(string account)
    {
        try
        {
            return await UnlockAsync(account);
        }
        catch (CommandException)
        {
            // What the venue can do follows from its settings; the one opened to tell of it is asked nothing.
            await using var closed = venues.Open(
                VenueAccounts.DescribeWithoutSecrets(Current.Accounts[account], $"accounts[{account}]") with { Mode = ModeOf(account) });
            return new LockedVenue(closed.Capabilities, () => UnlockAsync(account));
        }
    }

    /// <exception cref="CommandException">A secret is not where the settings say, or does not open.</exception>
    private async ValueTask<IVenue> UnlockAsync(string account)
    {
        var configuration = Current.Accounts[account];
        var stored = configuration.Credentials.Values.Any(secret => secret.Stored is not null) ? await vault.ReadAsync(account, CancellationToken.None) : null;
        return venues.Open(VenueAccounts.Describe(configuration, variables, stored) with
        {
            WantedAssets = () => Current.WantedAssets(account),
            Mode = ModeOf(account),
        });
    }

    private TradingMode ModeOf(string account) => PortfolioOf(account)?.Mode ?? TradingMode.Paper;

    /// <summary>The portfolio an account belongs to; null when none names it.</summary>
    public PortfolioSettings? PortfolioOf(string account) => Current.PortfolioOf(account);

    public Task ApplyAsync(Roster changed, CancellationToken cancellationToken) => ChangeAsync(() => _roster = changed, cancellationToken);

    public Task ReloadAsync(LoadedConfiguration changed, CancellationToken cancellationToken) => ChangeAsync(() => _file = changed, cancellationToken);

    public void Dispose() => _oneAtATime.Dispose();

    private async Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var (file, roster, before) = (_file, _roster, Current);
            change();
            try
            {
                Current = EffectiveConfiguration.Of(_file, _roster, consent);
                await apply(before, Current, cancellationToken);
            }
            catch (OperationRefusedException)
            {
                (_file, _roster, Current) = (file, roster, before);
                throw;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}
