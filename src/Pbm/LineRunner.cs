using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rebalancer.Pbm;

/// <summary>Has the host carry one line out and writes what it answers.</summary>
public sealed class LineRunner(HostClient host, IReadOnlyList<Palette> palettes, bool json)
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new(OneLine) { WriteIndented = true };

    /// <param name="line">Palette, command, arguments; <c>&gt; FILE</c> at its end sends the answer there.</param>
    /// <param name="follow">Go on with what is new until cancelled, where the command can.</param>
    /// <returns>0, or 1 when the host refused, with the reason on <paramref name="errors"/>.</returns>
    public async Task<int> RunAsync(string line, bool follow, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(line);
        var (command, file) = SplitRedirection(line);
        if (file is null)
        {
            return await RunAsync(command, follow && Follows(command), asLines: true, output, errors, cancellationToken);
        }

        await using var writer = new StreamWriter(file);
        return await RunAsync(command, follow: false, asLines: false, writer, errors, cancellationToken);
    }

    private async Task<int> RunAsync(string command, bool follow, bool asLines, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var answer = await host.RunAsync(command, cursor: null, cancellationToken);
        while (answer.Error is null)
        {
            await WriteAsync(answer, output, lines: follow && asLines);
            if (!follow || answer.Cursor is null)
            {
                return 0;
            }

            try
            {
                await Task.Delay(FollowInterval, cancellationToken);
                answer = await host.RunAsync(command, answer.Cursor, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return 0;
            }
        }

        await errors.WriteLineAsync(answer.Error);
        return 1;
    }

    /// <summary>A stream of answers is one value a line; a single answer is one list.</summary>
    private async Task WriteAsync(Answer answer, TextWriter output, bool lines)
    {
        if (json && !lines)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(answer.Items.Select(item => item.Value), Indented));
            return;
        }

        foreach (var item in answer.Items)
        {
            await output.WriteLineAsync(json ? JsonSerializer.Serialize(item.Value, OneLine) : item.Line);
        }

        await output.FlushAsync();
    }

    private bool Follows(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 && palettes.FirstOrDefault(palette => palette.Name == words[0])?.Commands.FirstOrDefault(known => known.Name == words[1])?.Follows == true;
    }

    private static (string Command, string? File) SplitRedirection(string line)
    {
        var at = line.LastIndexOf('>');
        var isQuoted = at > 0 && (line.AsSpan(0, at).Count('"') % 2 != 0 || line.AsSpan(0, at).Count('\'') % 2 != 0);
        return at > 0 && !isQuoted && line[(at + 1)..].Trim() is { Length: > 0 } file ? (line[..at].Trim(), file) : (line, null);
    }
}
