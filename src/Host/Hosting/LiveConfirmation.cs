using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// The third consent to real orders, beside the portfolio's mode and <c>--live</c>: the first time, its owner types the portfolio's id. It is
/// journaled, and not asked for again.
/// </summary>
public static class LiveConfirmation
{
    public const string Option = "--confirm-live";

    /// <param name="loaded">The settings file, applied to <paramref name="consent"/> already.</param>
    /// <param name="confirmed">Ids given on the command line, for where nobody can be asked.</param>
    /// <returns>Ids confirmed now, which the service journals before it trades.</returns>
    /// <exception cref="CommandException">A portfolio is not confirmed; exit code 2.</exception>
    public static async Task<IReadOnlyList<string>> AskAsync(
        CliContext context, LoadedConfiguration loaded, RunConsent consent, IJournal journal, IReadOnlyList<string> confirmed, CancellationToken cancellationToken)
    {
        var (roster, _) = await new RosterStream(journal, StoredEvents.Create()).ReadAsync(cancellationToken);
        RequireConsent(loaded, consent, roster);

        // One that was removed or replaced at runtime stands in the file only.
        List<PortfolioSettings> live = [.. loaded.Configuration.Portfolios.Where(portfolio => portfolio.Mode == TradingMode.Live
            && !roster.Live.Contains(portfolio.Id) && !roster.RemovedPortfolios.Contains(portfolio.Id) && !roster.Portfolios.ContainsKey(portfolio.Id))];
        foreach (var portfolio in live.Where(portfolio => !confirmed.Contains(portfolio.Id)))
        {
            Ask(context, portfolio);
        }

        return [.. live.Select(portfolio => portfolio.Id)];
    }

    /// <summary>As the settings file's portfolios, those added at runtime are not run live without the flag.</summary>
    private static void RequireConsent(LoadedConfiguration loaded, RunConsent consent, Roster roster)
    {
        foreach (var entry in roster.Portfolios.Values.Where(_ => !consent.Live && !consent.DryRun))
        {
            if (RuntimePortfolio.Read(entry.Settings, Path.GetDirectoryName(loaded.Path)!).Settings.Mode == TradingMode.Live)
            {
                throw CommandException.BadInput(
                    $"--live: portfolio \"{entry.PortfolioId}\", which was added at runtime, is in mode live, which sends real orders; start with 'rebalancer run --live' to allow it, or with --dry-run and remove it");
            }
        }
    }

    /// <summary>Has the owner type the portfolio's id.</summary>
    /// <exception cref="CommandException">Nobody can be asked, or something else was typed.</exception>
    internal static void Ask(CliContext context, PortfolioSettings portfolio)
    {
        if (!context.ErrorIsTerminal)
        {
            throw CommandException.BadInput(
                $"{Option}: portfolio \"{portfolio.Id}\" is about to send real orders for the first time and nobody can be asked here; add {Option} {portfolio.Id}, or set \"mode\": \"paper\"");
        }

        context.Error.WriteLine($"Portfolio \"{portfolio.Id}\" is in mode live: it will send real orders to {string.Join(", ", portfolio.Accounts)}.");
        context.Error.Write("Type the portfolio's id to allow it, this once for good: ");
        if (context.In.ReadLine()?.Trim() != portfolio.Id)
        {
            throw CommandException.BadInput($"{Option}: portfolio \"{portfolio.Id}\" was not confirmed and nothing was started; type its id exactly, or set \"mode\": \"paper\"");
        }
    }
}
