using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Gathers the history that targets are computed from: from the accounts' venues, or out of a file.</summary>
/// <param name="clock">The actor's, for patience.</param>
internal sealed class TargetHistoryReader(PortfolioCoordinatorSettings own, Func<string, IActorRef> account, TimeProvider clock)
{
    public async Task<HistoryOutcome> ReadAsync(
        PortfolioSettings settings, IReadOnlyList<AccountReading> readings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!settings.Targets.Computed!.NeedsHistory)
        {
            return new HistoryOutcome.Ready(TargetHistory.None, []);
        }

        return settings.History.Provider switch
        {
            HistoryProvider.Csv => await ReadFileAsync(settings, readings, now, cancellationToken),
            HistoryProvider.Yahoo => await AskYahooAsync(settings, readings, now, cancellationToken),
            _ => await AskAccountsAsync(settings, readings, now, cancellationToken),
        };
    }

    private async Task<HistoryOutcome> AskYahooAsync(
        PortfolioSettings settings, IReadOnlyList<AccountReading> readings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (own.AskYahoo is not { } ask)
        {
            return new HistoryOutcome.Missing(["history from Yahoo: this service has no way to it; take \"venue\" or \"csv:FILE\""]);
        }

        var needs = YahooPlan.Of(settings, readings);
        var get = new GetHistory([.. needs.Select(need => need.Own.Market).Distinct()], settings.History.Frame, HistoryAssembly.Since(settings, now));
        try
        {
            var answer = await ask(get, cancellationToken).WaitAsync(own.HistoryTimeout, clock, cancellationToken);
            return HistoryAssembly.Assemble(settings, needs, [], answer.Markets, now);
        }
        catch (TimeoutException)
        {
            return new HistoryOutcome.Missing([$"history from Yahoo: no answer within {own.HistoryTimeout}; it is asked for again"]);
        }
    }

    private async Task<HistoryOutcome> ReadFileAsync(
        PortfolioSettings settings, IReadOnlyList<AccountReading> readings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var path = settings.History.File!;
        try
        {
            var text = await own.ReadFile(path, cancellationToken);
            return FileHistory.Read(settings, HistoryFile.Parse(text, path), HistoryPlan.AssetsOf(settings, readings), now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return new HistoryOutcome.Missing([$"history from {path}: {exception.Message}; correct the file, which is then read again"]);
        }
    }

    private async Task<HistoryOutcome> AskAccountsAsync(
        PortfolioSettings settings, IReadOnlyList<AccountReading> readings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (needs, unserved) = HistoryPlan.Of(settings, readings);
        var since = HistoryAssembly.Since(settings, now);
        var asked = needs.SelectMany(need => need.Conversion is { } over ? [need.Own, over] : new[] { need.Own }).Distinct()
            .GroupBy(market => market.AccountId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var answers = await Task.WhenAll(asked.Select(group =>
            AskAsync(group.Key, new GetHistory([.. group.Select(market => market.Market)], settings.History.Frame, since), cancellationToken)));
        return HistoryAssembly.Assemble(settings, needs, unserved, [.. answers.SelectMany(answer => answer)], now);
    }

    private async Task<IReadOnlyList<MarketBars>> AskAsync(string id, GetHistory get, CancellationToken cancellationToken)
    {
        try
        {
            return (await account(id).AskAsync<HistoryAnswer>(get, own.HistoryTimeout, cancellationToken)).Markets;
        }
        catch (Exception exception) when (exception is TimeoutException or ActorBusyException)
        {
            return [.. get.Markets.Select(market => new MarketBars(new AskedMarket(id, market), [], $"the account did not answer ({exception.Message})"))];
        }
    }
}
