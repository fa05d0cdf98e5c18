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
public sealed class RealVenuesService(string folder, EmulatedVenues venues) : IAsyncDisposable
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
        _service = RebalancerProgram.Start(["run", "--config", Settings], venues.Credentials);
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
    public int? FindBrokers() => FindChild(_service!.Id, "brokers.mjs");

    /// <summary>Everything in the journal, read beside the running service.</summary>
    public async Task<IReadOnlyList<JournalRow>> ReadJournalAsync(CancellationToken cancellationToken)
    {
        var rows = new List<JournalRow>();
        await using var journal = SqliteJournal.OpenReadOnly(Directory.GetFiles(folder, "rebalancer.db", SearchOption.AllDirectories).Single());
        await foreach (var row in journal.ReadAllAsync(0, int.MaxValue, cancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }

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

    public static int? FindChild(int parent, string script)
    {
        foreach (var process in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                var status = File.ReadAllText($"/proc/{process}/stat");
                var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[0] != "Z" && fields[1] == parent.ToString(CultureInfo.InvariantCulture) && File.ReadAllText($"/proc/{process}/cmdline").Contains(script, StringComparison.Ordinal))
                {
                    return int.Parse(process!, CultureInfo.InvariantCulture);
                }
            }
            catch (IOException)
            {
                // It ended while it was looked at.
            }
        }

        return null;
    }

    private string LogPath(string kind) => Path.Combine(folder, $"service-{_incarnation:000}.{kind}");

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
