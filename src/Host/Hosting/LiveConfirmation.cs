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

    /// <param name="confirmed">Ids given on the command line, for where nobody can be asked.</param>
    /// <returns>Ids confirmed now, which the service journals before it trades.</returns>
    /// <exception cref="CommandException">A portfolio is not confirmed; exit code 2.</exception>
    public static async Task<IReadOnlyList<string>> AskAsync(
        CliContext context, RebalancerConfiguration configuration, IJournal journal, IReadOnlyList<string> confirmed, CancellationToken cancellationToken)
    {
        var (roster, _) = await new RosterStream(journal, StoredEvents.Create()).ReadAsync(cancellationToken);
        List<PortfolioSettings> live = [.. configuration.Portfolios.Where(portfolio => portfolio.Mode == TradingMode.Live && !roster.Live.Contains(portfolio.Id))];
        foreach (var portfolio in live.Where(portfolio => !confirmed.Contains(portfolio.Id)))
        {
            Ask(context, portfolio);
        }

        return [.. live.Select(portfolio => portfolio.Id)];
    }

    private static void Ask(CliContext context, PortfolioSettings portfolio)
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
