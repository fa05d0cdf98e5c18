using Rebalancer.Host.Hosting;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace Rebalancer.Host.Telemetry;

/// <summary>The structured log: one JSON object a line. Settings and credentials are never passed to it.</summary>
public static class ServiceLog
{
    private const long FileSizeLimitBytes = 64 * 1024 * 1024;
    private const int FilesKept = 8;

    /// <param name="data">Its log rolls over by size; the newest files are kept.</param>
    /// <param name="console">Also to stderr, for a service whose output a supervisor collects.</param>
    public static Serilog.Core.Logger Create(DataDirectory data, bool console)
    {
        Directory.CreateDirectory(data.Path);
        var formatter = new JsonFormatter(renderMessage: true);
        var log = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.File(formatter, data.Log, fileSizeLimitBytes: FileSizeLimitBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: FilesKept);
        return (console ? log.WriteTo.Console(formatter, standardErrorFromLevel: LogEventLevel.Verbose) : log).CreateLogger();
    }
}
