using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Rpc;

/// <summary>
/// One Node child process speaking JSON-RPC 2.0 with Content-Length framing over stdio. Calls may overlap. When the process ends, every
/// call in flight fails with <see cref="NodeProcessEndedException"/>: its outcome is unknown. The child ends when its stdin does, hence
/// also when this process is killed.
/// </summary>
public sealed class NodeProcess : IDisposable
{
    private const int StandardErrorLinesKept = 50;
    private const int LongestStandardErrorLine = 1000;
    private const int ReadBufferBytes = 64 * 1024;

    private readonly Process _process;
    private readonly Action<string>? _heard;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, TaskCompletionSource<JsonElement>> _calls = [];
    private readonly Queue<string> _standardError = new();
    private long _lastId;
    private string? _ended;

    private NodeProcess(Process process, Action<string>? heard)
    {
        _process = process;
        _heard = heard;
        process.ErrorDataReceived += (_, line) => KeepStandardError(line.Data);
        process.BeginErrorReadLine();
        new Thread(ReadReplies) { IsBackground = true, Name = "gateway replies" }.Start();
    }

    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended is not null;
            }
        }
    }

    public int Id => _process.Id;

    /// <summary>Called, from one thread, with method and parameters of what the process says unasked.</summary>
    public Action<string, JsonElement>? Notified { get; set; }

    /// <summary>Starts <paramref name="script"/> of the script folder.</summary>
    /// <exception cref="NodeUnavailableException">Node is missing or too old.</exception>
    public static NodeProcess Start(string script, params IEnumerable<string> nodeOptions) => Start(script, heard: null, nodeOptions);

    /// <inheritdoc cref="Start(string, IEnumerable{string})"/>
    /// <param name="script">Its name.</param>
    /// <param name="heard">Told every line the process writes to its standard error, cut to a thousand characters.</param>
    /// <param name="nodeOptions">Of Node itself.</param>
    public static NodeProcess Start(string script, Action<string>? heard, params IEnumerable<string> nodeOptions)
    {
        var (node, _) = NodeRuntime.Locate();
        var start = new ProcessStartInfo(node)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = NodeRuntime.ScriptFolder,
        };
        foreach (var option in nodeOptions)
        {
            start.ArgumentList.Add(option);
        }

        start.ArgumentList.Add(Path.Combine(NodeRuntime.ScriptFolder, script));
        return new NodeProcess(Process.Start(ChildEnvironment.Limit(start)) ?? throw new NodeUnavailableException($"'{node}' did not start"), heard);
    }

    /// <summary>Calls a method. The task fails with <see cref="RpcException"/> for an error the other side reports.</summary>
    /// <exception cref="NodeProcessEndedException">It had ended before the call: nothing was written.</exception>
    public Task<JsonElement> CallAsync(string method, JsonNode parameters)
    {
        var reply = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_ended is not null)
            {
                throw new NodeProcessEndedException(_ended);
            }

            var id = ++_lastId;
            _calls.Add(id, reply);
            try
            {
                WriteFrame(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
            }
            catch (IOException exception)
            {
                // The reply reader notices the end too, and fails this call with all others in flight.
                KeepStandardError(exception.Message);
            }
        }

        return reply.Task;
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself in the meantime, which is what was wanted.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    /// <summary>In one write: the other side would wake up for the header alone.</summary>
    private void WriteFrame(JsonObject message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"));
        var stream = _process.StandardInput.BaseStream;
        stream.Write([.. header, .. body]);
        stream.Flush();
    }

    private void ReadReplies()
    {
        try
        {
            // Headers are read byte by byte, which on the pipe itself would be a system call each.
            var reader = new FrameReader(new BufferedStream(_process.StandardOutput.BaseStream, ReadBufferBytes));
            while (reader.Read() is { } frame)
            {
                Complete(frame);
            }

            End("its output ended");
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException or ObjectDisposedException
            or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The last three: JSON, but no message. Nothing catches what leaves this thread, and it would take the service with it.
            Kill();
            End(exception.Message);
        }
    }

    private void Complete(byte[] frame)
    {
        var message = JsonDocument.Parse(frame).RootElement;
        if (message.TryGetProperty("method", out var method))
        {
            Notified?.Invoke(method.GetString() ?? "", message.GetProperty("params"));
            return;
        }

        TaskCompletionSource<JsonElement>? call;
        lock (_gate)
        {
            _calls.Remove(message.GetProperty("id").GetInt64(), out call);
        }

        if (message.TryGetProperty("error", out var error))
        {
            var details = error.TryGetProperty("data", out var data) ? data : (JsonElement?)null;
            call?.TrySetException(new RpcException(error.GetProperty("message").GetString() ?? "error without a message", details));
        }
        else
        {
            call?.TrySetResult(message.GetProperty("result"));
        }
    }

    private void End(string why)
    {
        List<TaskCompletionSource<JsonElement>> inFlight;
        lock (_gate)
        {
            _ended = _standardError.Count == 0 ? why : $"{why}; it last said: {string.Join(" | ", _standardError.TakeLast(5))}";
            inFlight = [.. _calls.Values];
            _calls.Clear();
        }

        foreach (var call in inFlight)
        {
            call.TrySetException(new NodeProcessEndedException(_ended));
        }
    }

    private void KeepStandardError(string? line)
    {
        if (line is null)
        {
            return;
        }

        line = line.Length > LongestStandardErrorLine ? line[..LongestStandardErrorLine] : line;
        _heard?.Invoke(line);
        lock (_gate)
        {
            _standardError.Enqueue(line);
            if (_standardError.Count > StandardErrorLinesKept)
            {
                _standardError.Dequeue();
            }
        }
    }
}

/// <summary>The other side answered with an error.</summary>
/// <param name="message">What it says.</param>
/// <param name="details">The error's <c>data</c>; null when it has none.</param>
public sealed class RpcException(string message, JsonElement? details = null) : Exception(message)
{
    public JsonElement? Details { get; } = details;
}

/// <summary>The process ended before it answered: the outcome of the call is unknown.</summary>
public sealed class NodeProcessEndedException(string why) : Exception($"the Node process ended: {why}");
