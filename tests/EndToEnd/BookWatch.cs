using System.Text;

namespace Rebalancer.EndToEnd;

/// <summary>Notices the moment at which a venue has accepted an order: its book is written before it answers.</summary>
public sealed class BookWatch(string bookPath)
{
    private static readonly byte[] Accepted = Encoding.UTF8.GetBytes("\"event\":\"order-accepted\"");

    /// <summary>True when an order was accepted after the call began; false when none was within the limit.</summary>
    public async Task<bool> NextOrderAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(bookPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
        stream.Seek(0, SeekOrigin.End);
        var buffer = new byte[64 * 1024];
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < limit)
        {
            var read = await stream.ReadAsync(buffer, cancellationToken);
            if (buffer.AsSpan(0, read).IndexOf(Accepted) >= 0)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }

        return false;
    }
}
