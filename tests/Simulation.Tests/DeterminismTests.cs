using System.Diagnostics;

namespace Rebalancer.Simulation.Tests;

public sealed class DeterminismTests
{
    [Fact]
    public async Task SameSeed_InTwoProcesses_GivesTheSameTraceByteForByte()
    {
        var (first, second) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            var answers = await Task.WhenAll(RunAsync("3", first), RunAsync("3", second));

            answers[0].ExitCode.ShouldBe(0, answers[0].Output);
            answers[1].Output.ShouldBe(answers[0].Output);
            var trace = await File.ReadAllBytesAsync(first);
            trace.Length.ShouldBeGreaterThan(10_000);
            (await File.ReadAllBytesAsync(second)).AsSpan().SequenceEqual(trace).ShouldBeTrue();
        }
        finally
        {
            File.Delete(first);
            File.Delete(second);
        }
    }

    [Fact]
    public async Task AnotherSeed_GivesAnotherRunAndViolatesNothing()
    {
        var (three, four) = (await RunAsync("3", null), await RunAsync("4", null));

        four.ExitCode.ShouldBe(0, four.Output);
        four.Output[^20..].ShouldNotBe(three.Output[^20..]);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string seed, string? trace)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Rebalancer.Simulation.dll"), "--seed", seed, "--minutes", "20", .. trace is null ? [] : new[] { "--trace", trace }];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start).ShouldNotBeNull();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
