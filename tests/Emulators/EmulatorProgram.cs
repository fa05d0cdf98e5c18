using System.Globalization;

namespace Rebalancer.Emulators;

/// <summary>
/// Runs all emulators until Ctrl-C: <c>dotnet run --project tests/Emulators</c>. What is typed meanwhile, such as <c>BTC 66000</c>, moves a price.
/// </summary>
internal static class EmulatorProgram
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = EmulatedVenues.FirstPort;
        if (arguments.Length > 0 && (arguments is not ["--port", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)))
        {
            await Console.Error.WriteLineAsync($"usage: emulators [--port N], the first of four; {EmulatedVenues.FirstPort} by default, as the example has them");
            return 2;
        }

        await using var venues = await EmulatedVenues.StartAsync(TimeProvider.System, firstPort: port);
        Console.WriteLine($"# binance, kraken, alpaca and TWS listen on {string.Join(", ", venues.Addresses)}; credentials for examples/venues/rebalancer.json:");
        foreach (var (variable, secret) in venues.Credentials)
        {
            Console.WriteLine($"export {variable}={secret}");
        }

        var ended = new TaskCompletionSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            ended.TrySetResult();
        };
        var reading = ReadAsync(venues);
        await ended.Task;
        return reading.IsFaulted ? 1 : 0;
    }

    private static async Task ReadAsync(EmulatedVenues venues)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is [var asset, var number] && decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price > 0)
            {
                venues.Quote(asset.ToUpperInvariant(), price);
            }
            else
            {
                await Console.Error.WriteLineAsync($"\"{line}\": write an asset and its price, as BTC 66000");
            }
        }
    }
}
