namespace Rebalancer.Pbm;

/// <summary>A conversation with the host: one line after another until <c>exit</c>.</summary>
public sealed class Session(HostClient host, IReadOnlyList<Palette> palettes, bool json)
{
    private readonly LineRunner _runner = new(host, palettes, json);

    /// <returns>Exit code of the last line.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var code = 0;
        var editor = new LineEditor($"[{host.Address.Host}:{host.Address.Port}] pbm> ", new Completion(palettes));
        while (!cancellationToken.IsCancellationRequested && editor.ReadLine() is { } line)
        {
            switch (line.Trim())
            {
                case "":
                    break;
                case "exit" or "quit":
                    return code;
                case "help" or "?":
                    Help.WritePalettes(palettes, Console.Out);
                    break;
                case var word when palettes.FirstOrDefault(palette => palette.Name == word.Replace("help ", "", StringComparison.Ordinal)) is { } palette:
                    Help.WriteCommands(palette, Console.Out);
                    break;
                case var command:
                    code = await RunAsync(command, cancellationToken);
                    break;
            }
        }

        return code;
    }

    /// <summary>Ctrl-C ends what a line follows, not the session.</summary>
    private async Task<int> RunAsync(string line, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ConsoleCancelEventHandler interrupt = (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += interrupt;
        try
        {
            return await _runner.RunAsync(line, follow: !Console.IsInputRedirected, Console.Out, Console.Error, stop.Token);
        }
        catch (HostException unreachable)
        {
            await Console.Error.WriteLineAsync(unreachable.Message);
            return 1;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return 1;
        }
        catch (IOException file)
        {
            await Console.Error.WriteLineAsync(file.Message);
            return 1;
        }
        finally
        {
            Console.CancelKeyPress -= interrupt;
        }
    }
}
