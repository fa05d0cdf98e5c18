using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class RoundsTests
{
    [Fact]
    public async Task Run_WhenARoundFails_TriesTheNext()
    {
        (await CountAsync(3, _ => throw new InvalidOperationException("unforeseen"))).ShouldBe(3);
    }

    [Fact]
    public async Task Run_WhenARoundIsCancelledByAnother_TriesTheNext()
    {
        (await CountAsync(3, _ => throw new TaskCanceledException("a request timed out"))).ShouldBe(3);
    }

    [Fact]
    public async Task Run_WhenTheServiceStopsDuringARound_EndsWithoutAnother()
    {
        (await CountAsync(1, cancellationToken => cancellationToken.ThrowIfCancellationRequested())).ShouldBe(1);
    }

    /// <summary>Rounds there were until the service was stopped, in the one of that number.</summary>
    private static async Task<int> CountAsync(int last, Action<CancellationToken> round)
    {
        using var stopping = new CancellationTokenSource();
        var count = 0;
        await Rounds.RunAsync(
            TimeSpan.FromMilliseconds(1), TimeProvider.System,
            async token =>
            {
                if (++count == last)
                {
                    await stopping.CancelAsync();
                }

                round(token);
            },
            NullLogger.Instance, stopping.Token, atOnce: true);
        return count;
    }
}
