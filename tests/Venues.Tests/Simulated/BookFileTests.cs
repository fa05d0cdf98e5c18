using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class BookFileTests : IDisposable
{
    private static readonly BookLine.WorldCreated World = new(7, TestWorld.Start);
    private readonly string _directory = Directory.CreateTempSubdirectory("book-").FullName;

    private string File => Path.Combine(_directory, "book.jsonl");

    [Fact]
    public void Open_AfterAppends_ReadsTheSameLines()
    {
        BookLine[] lines =
        [
            World,
            new BookLine.ExchangeOpened(TestWorld.Exchange),
            new BookLine.ExchangeEvents("alpha", [new OrderClosed("a", TestWorld.Start, 3, Domain.Orders.VenueOrderStatus.Expired, "over")]),
        ];
        using (var file = BookFile.Open(File, out _))
        {
            foreach (var line in lines)
            {
                file.Append(line);
            }
        }

        using var reopened = BookFile.Open(File, out var read);
        read.Count.ShouldBe(3);
        read[0].ShouldBe(World);
        read[1].ShouldBeOfType<BookLine.ExchangeOpened>().Settings.Markets.ShouldBe(TestWorld.Exchange.Markets);
        read[2].ShouldBeOfType<BookLine.ExchangeEvents>().Events.ShouldBe(((BookLine.ExchangeEvents)lines[2]).Events);
    }

    [Fact]
    public void Open_AfterATornAppend_CutsItOffAndGoesOn()
    {
        using (var file = BookFile.Open(File, out _))
        {
            file.Append(World);
        }

        System.IO.File.AppendAllText(File, "{\"line\":\"events\",\"exch");

        using (var file = BookFile.Open(File, out var read))
        {
            read.ShouldHaveSingleItem().ShouldBe(World);
            file.Append(World);
        }

        BookFile.Read(File).ShouldBe([World, World]);
    }

    [Fact]
    public void Open_OfSomethingElse_NamesTheLine()
    {
        System.IO.File.WriteAllText(File, "{\"line\":\"world-created\",\"seed\":7,\"epoch\":\"2026-03-10T15:00:00+00:00\"}\nSymbol,Price\n");

        Should.Throw<InvalidDataException>(() => BookFile.Open(File, out _)).Message.ShouldContain("book.jsonl:2:");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
