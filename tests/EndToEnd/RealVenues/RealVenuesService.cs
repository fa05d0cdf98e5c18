using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Rebalancer.Emulators;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary>
/// <c>rebalancer run</c> with the settings of <c>examples/venues</c> against emulated venues: everything between the service and their sockets is
/// what a user has, the libraries included.
/// </summary>
/// <param name="folder">For settings, journal and logs; must exist.</param>
/// <param name="variables">Environment variables beside the venues' credentials.</param>
public sealed class RealVenuesService(string folder, EmulatedVenues venues, params IReadOnlyList<KeyValuePair<string, string>> variables) : IAsyncDisposable
{
    private static readonly string Example = typeof(RealVenuesService).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ExampleOfVenues").Value!;

    private readonly List<Task> _drains = [];
    private Process? _service;
    private int _incarnation;

    public string Settings { get; } = Path.Combine(folder, "rebalancer.json");

    public int ProcessId => _service!.Id;

    public bool HasExited => _service!.HasExited;

    /// <summary>The example's settings, at the emulators' addresses and any free port.</summary>
    /// <param name="change">Of the text.</param>
    public async Task WriteSettingsAsync(Func<string, string> change, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Example, "rebalancer.json"), cancellationToken);
        for (var number = 0; number < venues.Addresses.Count; number++)
        {
            text = text.Replace($"127.0.0.1:{EmulatedVenues.FirstPort + number}", venues.Addresses[number], StringComparison.Ordinal);
        }

        text = text.Replace("127.0.0.1:5080", "127.0.0.1:0", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Settings, change(text), cancellationToken);
        File.Copy(Path.Combine(Example, "cold.csv"), Path.Combine(folder, "cold.csv"), overwrite: true);
    }

    public void Start()
    {
        _incarnation++;
        _service = RebalancerProgram.Start(["run", "--config", Settings], new SortedDictionary<string, string>(venues.Credentials.Concat(variables).ToDictionary()));
        _drains.Add(RebalancerProgram.DrainAsync(_service.StandardOutput, LogPath("out")));
        _drains.Add(RebalancerProgram.DrainAsync(_service.StandardError, LogPath("err")));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _service!.Kill();
        await _service.WaitForExitAsync();
        _service.Dispose();
    }

    /// <summary>As a user ends it.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        using var terminate = Process.Start("kill", ["-TERM", $"{_service!.Id}"]);
        await _service.WaitForExitAsync(cancellationToken);
        await Task.WhenAll(_drains);
        return _service.ExitCode;
    }

    /// <summary>Its child that speaks to the venues; null while none runs.</summary>
    public int? FindBrokers() => FindChildren().Where(child => child.CommandLine.Contains("brokers.mjs", StringComparison.Ordinal)).Select(child => (int?)child.Id).FirstOrDefault();

    /// <summary>Where its API listens; null until it does.</summary>
    public Uri? FindAddress() => Directory.GetFiles(folder, "api-address", SearchOption.AllDirectories).SingleOrDefault() is { } file && File.ReadAllText(file) is { Length: > 0 } text
        ? new Uri(text)
        : null;

    /// <exception cref="InvalidOperationException">It has ended without being asked to.</exception>
    public void ThrowIfEnded()
    {
        if (HasExited)
        {
            throw new InvalidOperationException($"the service ended by itself; its logs are in {folder}: {Said()}");
        }
    }

    /// <summary>Everything in the journal, read beside the running service.</summary>
    public async Task<IReadOnlyList<JournalRow>> ReadJournalAsync(CancellationToken cancellationToken)
    {
        await using var journal = OpenJournal();
        return await journal.ReadAllAsync(0, int.MaxValue, cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>The journal, read beside the running service; it is there once the service has listened for the first time.</summary>
    public IJournal OpenJournal() => SqliteJournal.OpenReadOnly(Directory.GetFiles(folder, "rebalancer.db", SearchOption.AllDirectories).Single());

    /// <summary>What this incarnation has said on its standard error.</summary>
    public string Said() => File.Exists(LogPath("err")) ? string.Join('\n', ReadShared(LogPath("err")).Split('\n').TakeLast(40)) : "";

    public async ValueTask DisposeAsync()
    {
        if (_service is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
        }

        await Task.WhenAll(_drains);
        _service?.Dispose();
    }

    /// <summary>Processes that the service started and that run, with their command lines.</summary>
    public IReadOnlyList<(int Id, string CommandLine)> FindChildren()
    {
        var (children, parent) = (new List<(int, string)>(), _service!.Id.ToString(CultureInfo.InvariantCulture));
        foreach (var name in Directory.GetDirectories("/proc").Select(Path.GetFileName))
        {
            try
            {
                // The name in parentheses may hold anything; behind it are state and parent.
                if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && File.ReadAllText($"/proc/{name}/stat") is var status
                    && status[(status.LastIndexOf(')') + 2)..].Split(' ') is [not "Z", var of, ..] && of == parent)
                {
                    children.Add((id, File.ReadAllText($"/proc/{name}/cmdline")));
                }
            }
            catch (IOException)
            {
                // It ended while it was looked at.
            }
        }

        return children;
    }

    private string LogPath(string kind) => Path.Combine(folder, $"service-{_incarnation:000}.{kind}");

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
