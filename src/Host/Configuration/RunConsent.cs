using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Configuration;

/// <summary>What the command line allows whatever the settings say. It holds at the start and for every later change of the settings file.</summary>
/// <param name="Live">Portfolios in mode live may send real orders.</param>
/// <param name="DryRun">No portfolio sends anything.</param>
public sealed record RunConsent(bool Live, bool DryRun)
{
    /// <summary>Portfolios that may be live, once their owner has been asked; null before. A settings file that changes later cannot add one.</summary>
    public IReadOnlyList<string>? Confirmed { get; init; }

    /// <summary>
    /// A portfolio added at runtime as it may be run by this process, which need not have been started as the one it was added on: without all
    /// consents to real orders it decides and sends nothing.
    /// </summary>
    /// <param name="confirmed">Portfolios whose owner has allowed them to send real orders.</param>
    public PortfolioSettings Restrict(PortfolioSettings portfolio, IReadOnlyCollection<string> confirmed) =>
        DryRun || (portfolio.Mode == TradingMode.Live && !(Live && confirmed.Contains(portfolio.Id))) ? portfolio with { Mode = TradingMode.DryRun } : portfolio;

    /// <summary>The settings as they may be run.</summary>
    /// <exception cref="CommandException">A portfolio is in mode live without consent; exit code 2.</exception>
    public LoadedConfiguration Apply(LoadedConfiguration loaded)
    {
        var portfolios = loaded.Configuration.Portfolios;
        if (DryRun)
        {
            return loaded with
            {
                Configuration = loaded.Configuration with { Portfolios = [.. portfolios.Select(portfolio => portfolio with { Mode = TradingMode.DryRun })] },
            };
        }

        if (Confirmed is { } confirmed && portfolios.FirstOrDefault(portfolio => portfolio.Mode == TradingMode.Live && !confirmed.Contains(portfolio.Id)) is { } turned)
        {
            throw CommandException.BadInput(
                $"--live: portfolio \"{turned.Id}\" has turned live while the service runs; start 'rebalancer run --live' anew to confirm it, or set \"mode\": \"paper\"");
        }

        // Real orders need the portfolio's mode and the flag, and the first time a confirmation.
        return Live || portfolios.FirstOrDefault(portfolio => portfolio.Mode == TradingMode.Live) is not { } live
            ? loaded
            : throw CommandException.BadInput(
                $"--live: portfolio \"{live.Id}\" is in mode live, which sends real orders; start with 'rebalancer run --live' to allow it, or set \"mode\": \"paper\"");
    }
}
