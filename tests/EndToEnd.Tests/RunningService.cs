using System.Diagnostics;
using System.Text.Json;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>The demo's service as a user has it, on the fast clock, and commands typed beside it.</summary>
public sealed class RunningService : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("running-service-").FullName;
    private readonly RebalancerProgram _program;
    private Process? _service;

    public RunningService() => _program = new RebalancerProgram(_data);

    /// <summary>Where its API and pages are.</summary>
    public Uri Address => new(File.ReadAllText(Path.Combine(_data, "api-address")));

    public string Token => File.ReadAllText(Path.Combine(_data, "api-token"));

    public async ValueTask InitializeAsync()
    {
        _service = _program.StartService(1, fast: true);
        while ((await RunAsync("status")).ExitCode != 0)
        {
            _service.HasExited.ShouldBeFalse($"the service ended; see service-001.err in {_data}");
        }
    }

    public Task<(int ExitCode, string Output)> RunAsync(params IReadOnlyList<string> arguments) =>
        _program.RunAsync(TestContext.Current.CancellationToken, arguments);

    /// <summary>What a command prints as JSON, once it satisfies the condition.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> condition, params IReadOnlyList<string> arguments)
    {
        while (true)
        {
            var (exitCode, output) = await RunAsync([.. arguments, "--output", "json"]);
            exitCode.ShouldBe(0, output);
            var answer = JsonDocument.Parse(output).RootElement;
            if (condition(answer))
            {
                return answer;
            }

            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _service!.HasExited.ShouldBeFalse(output);
        }
    }

    /// <summary>The latest event of that name, as the journal has it beside the running service.</summary>
    public async Task<JsonElement> LastEventAsync(string stream, string name)
    {
        await using var journal = SqliteJournal.OpenReadOnly(Path.Combine(_data, "rebalancer.db"));
        JournalRow? last = null;
        await foreach (var row in journal.ReadAsync(stream, 1, TestContext.Current.CancellationToken))
        {
            last = row.EventName == name ? row : last;
        }

        return JsonDocument.Parse(last.ShouldNotBeNull($"{stream} has no {name}").Payload).RootElement;
    }

    /// <summary>Edits the settings file, as its owner would, and waits until the change is journaled.</summary>
    public async Task ChangeSettingsAsync(Func<string, string> change)
    {
        var path = Path.Combine(_data, "rebalancer.json");
        var before = (await LastEventAsync("portfolio/demo", "portfolio-settings-changed")).GetRawText();
        await File.WriteAllTextAsync(path, change(await File.ReadAllTextAsync(path)));
        while ((await LastEventAsync("portfolio/demo", "portfolio-settings-changed")).GetRawText() == before)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is { } service)
        {
            service.Kill();
            await service.WaitForExitAsync();
            service.Dispose();
        }

        await SimulatedVenueProcess.StopAsync(new(_data, 0, 1, 1, null), TimeProvider.System, CancellationToken.None);
        Directory.Delete(_data, recursive: true);
    }
}
