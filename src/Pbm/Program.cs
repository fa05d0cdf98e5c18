using Rebalancer.Pbm;

Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n\n{Arguments.Usage}");
    return 2;
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
try
{
    using var host = Installation.Connect(arguments);
    var palettes = await host.DownloadAsync(stop.Token);
    if (arguments.Line.Length == 0)
    {
        return await new Session(host, palettes, arguments.Json).RunAsync(stop.Token);
    }

    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        stop.Cancel();
    };
    return await new LineRunner(host, palettes, arguments.Json).RunAsync(arguments.Line, follow: !Console.IsOutputRedirected, Console.Out, Console.Error, stop.Token);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
catch (Exception failure) when (failure is HostException or IOException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
