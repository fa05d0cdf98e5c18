using System.Text;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Tests.Rpc;

public sealed class FrameReaderTests
{
    [Fact]
    public void Read_FramesThatArriveBytewise_AreWhole()
    {
        var reader = Reader("Content-Length: 5\r\n\r\nhelloContent-Length: 2\r\nContent-Type: x\r\n\r\nok");

        Text(reader.Read()).ShouldBe("hello");
        Text(reader.Read()).ShouldBe("ok");
        reader.Read().ShouldBeNull();
    }

    [Theory]
    [InlineData("Content-Length: x\r\n\r\n", "is not a length")]
    [InlineData("Content-Length: 999999999\r\n\r\n", "is not a length")]
    [InlineData("\r\n\r\nhello", "without Content-Length")]
    [InlineData("Content-Len", "ended inside a frame")]
    public void Read_SomethingElseThanAFrame_SaysWhat(string stream, string complaint) =>
        Should.Throw<InvalidDataException>(() => Reader(stream).Read()).Message.ShouldContain(complaint);

    [Fact]
    public void Read_BodyCutShort_IsNoFrame() => Should.Throw<EndOfStreamException>(() => Reader("Content-Length: 9\r\n\r\nhello").Read());

    [Fact]
    public void Read_EndlessHeader_IsRefused() =>
        Should.Throw<InvalidDataException>(() => Reader(new string('x', 5000)).Read()).Message.ShouldContain("frame header");

    private static FrameReader Reader(string text) => new(new DrippingStream(Encoding.UTF8.GetBytes(text)));

    private static string Text(byte[]? frame) => Encoding.UTF8.GetString(frame.ShouldNotBeNull());

    /// <summary>A pipe hands out whatever has arrived; here a byte at a time.</summary>
    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
