using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// Looks at the settings file every second and applies a change. Asking for its content works where notifications of the file system do not
/// (network drives, mounted config maps). An invalid file is reported once and ignored: the service goes on with what it had.
/// </summary>
/// <param name="loaded">What the service started with.</param>
/// <param name="load">Reads the file again.</param>
public sealed class ConfigurationWatcher(
    LoadedConfiguration loaded, Func<LoadedConfiguration> load, Func<LoadedConfiguration, CancellationToken, Task> apply, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private string? _seen = File.ReadAllText(loaded.Path);
    private string? _refusal;

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken) =>
        Rounds.RunAsync(Interval, wallClock, LookAsync, log, cancellationToken);

    /// <summary>Applies the file when its text differs from what was seen last.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(loaded.Path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // An editor replaces the file in two steps; if it stays away, the next look says so again.
            log.LogWarning("The settings file cannot be read ({Reason}); the service goes on with the settings it has", failure.Message);
            return;
        }

        if (text == _seen)
        {
            return;
        }

        _seen = text;
        try
        {
            var changed = load();
            WarnOfRestart(changed.Configuration);
            await apply(changed, cancellationToken);
            _refusal = null;
            log.LogInformation("The changed settings file is applied");
        }
        catch (OperationRefusedException refused)
        {
            // What stands against it may pass by itself, so the next look tries again; said once.
            _seen = null;
            if (refused.Message != _refusal)
            {
                log.LogError("The changed settings file is not applied yet; the service goes on with the settings it has. {Reason}", refused.Message);
            }

            _refusal = refused.Message;
        }
        catch (Exception invalid) when (invalid is InvalidInputException or CommandException)
        {
            log.LogError("The changed settings file is not valid; the service goes on with the settings it has. {Errors}", invalid.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The watch must outlive a change that could not be applied; forgetting the text makes the next look try again.
            _seen = null;
            log.LogError(failure, "The changed settings file could not be applied; the service goes on with the settings it has and tries again");
        }
    }

    /// <summary>What the process is built on stays as it was started.</summary>
    private void WarnOfRestart(RebalancerConfiguration changed)
    {
        var before = loaded.Configuration;
        if (changed.Journal != before.Journal || (changed.Listen != before.Listen && before.Listen.Port != 0) || changed.ApiToken != before.ApiToken || changed.Tls != before.Tls)
        {
            log.LogWarning("A change of journal, listen, apiToken or tls takes effect at the next start");
        }
    }
}
