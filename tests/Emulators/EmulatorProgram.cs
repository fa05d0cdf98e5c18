using System.Globalization;

namespace Rebalancer.Emulators;

/// <summary>Runs an emulator by itself: <c>dotnet run --project tests/Emulators -- binance --port 9001</c>.</summary>
internal static class EmulatorProgram
{
    private static readonly SortedDictionary<string, Func<int, Task<IAsyncDisposable>>> Known = new(StringComparer.Ordinal)
    {
        ["alpaca"] = async port => await Alpaca.AlpacaEmulator.StartAsync(TimeProvider.System, port),
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = arguments is [_, "--port", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        if (arguments.Length is not (1 or 3) || !Known.TryGetValue(arguments[0], out var start))
        {
            await Console.Error.WriteLineAsync($"usage: emulators VENUE [--port PORT], VENUE one of {string.Join(", ", Known.Keys)}");
            return 2;
        }

        await using var emulator = await start(port);
        var ended = new TaskCompletionSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            ended.TrySetResult();
        };
        await ended.Task;
        return 0;
    }
}
