using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;
using Rebalancer.Venues;
using Rebalancer.Venues.Manual;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Diagnostics;

/// <summary>Checks of one installation: its journal and its accounts.</summary>
public static class InstallationChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<DoctorCheck> JournalAsync(DataDirectory data, CliContext context, CancellationToken cancellationToken)
    {
        var name = data.Journal is JournalAddress.Sqlite file ? context.Display(file.Path) : data.Journal.ToString();
        if (!data.Journal.MayExist)
        {
            return DoctorCheck.Ok("journal", $"{name}: none yet; the first run makes it");
        }

        try
        {
            await using var journal = await ServiceStore.OpenReadOnlyAsync(data.Journal, context.Variables, cancellationToken);
            return DoctorCheck.Ok("journal", name);
        }
        catch (JournalException broken)
        {
            return DoctorCheck.Problem("journal", broken.Message, "see the finding");
        }
    }

    /// <summary>Reads every account's balances, which shows that it is reached and that its credentials are good for reading.</summary>
    public static async Task<IReadOnlyList<DoctorCheck>> AccountsAsync(
        LoadedConfiguration configuration, DataDirectory data, CliContext context, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        var options = new SimulatedVenueServerOptions(data.Path, Port: 0, ClockFactor: 1, Seed: 1, IdleExit: null);
        var running = await SimulatedVenueProcess.FindAsync(options, http, cancellationToken);
        using var brokers = new BrokersProcess(context.Clock, NullLogger.Instance);
        var factory = new VenueFactory([new SimulatedVenueProvider(http, () => running!.Address, context.Clock), new ManualVenueProvider(context.Clock), .. BrokerProviders.All(brokers, context.Clock)]);
        var checks = new List<DoctorCheck>();
        foreach (var account in configuration.Configuration.Accounts)
        {
            checks.Add(account.Venue == "simulated" && running is null
                ? DoctorCheck.Ok($"account {account.Id}", "simulated; its venue starts with the service")
                : await AccountAsync(account, ModeOf(account, configuration), factory, context, cancellationToken));
        }

        return checks;
    }

    /// <summary>Keys of a live account are unknown to the venue's sandbox, so each is tried where its portfolio would trade.</summary>
    private static TradingMode ModeOf(AccountConfiguration account, LoadedConfiguration configuration) =>
        configuration.Configuration.Portfolios.FirstOrDefault(portfolio => portfolio.Accounts.Contains(account.Id, StringComparer.Ordinal))?.Mode ?? TradingMode.Paper;

    private static async Task<DoctorCheck> AccountAsync(
        AccountConfiguration account, TradingMode mode, VenueFactory factory, CliContext context, CancellationToken cancellationToken)
    {
        var name = $"account {account.Id}";
        try
        {
            await using var venue = factory.Open(VenueAccounts.Describe(account, context.Variables) with { Mode = mode });
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            var balances = await venue.GetBalancesAsync(patience.Token);
            return venue.CannotTrade is { } why
                ? DoctorCheck.Problem(name, $"{account.Venue}: {balances.Balances.Count} balances read, but {why}", "until then the account is counted and not traded")
                : DoctorCheck.Ok(name, $"{account.Venue}: {balances.Balances.Count} balances read");
        }
        catch (VenueException unreachable)
        {
            return DoctorCheck.Problem(name, $"{account.Venue}: {unreachable.Kind}: {unreachable.Message}", "check network, endpoint and credentials");
        }
        catch (CommandException missing)
        {
            return DoctorCheck.Problem(name, missing.Message, "put the secret there");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DoctorCheck.Problem(name, $"{account.Venue}: no answer within {Patience.TotalSeconds} s", "check network and endpoint");
        }
    }
}
