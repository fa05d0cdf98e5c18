using System.Text.Json.Nodes;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Runtime.Tests.Persistence;

public sealed class EventCatalogTests
{
    private readonly EventCatalog _catalog = new EventCatalog(LedgerActor.Json)
        .Register<Renamed>("name-changed", 3)
        .Upcast("name-changed", 1, json => json["colour"] = "red")
        .Upcast("name-changed", 2, json =>
        {
            json["name"] = json["title"]!.DeepClone();
            json.Remove("title");
        });

    private enum Colour
    {
        Red,
        Green,
    }

    [Fact]
    public void Serialize_WritesNameVersionCamelCaseAndEnumsAsText() =>
        _catalog.Serialize(new Renamed("x", Colour.Green)).ShouldBe(new StoredForm("name-changed", 3, """{"name":"x","colour":"green"}"""));

    [Theory]
    [InlineData(1, """{"title":"x"}""", "Red")]
    [InlineData(2, """{"title":"x","colour":"green"}""", "Green")]
    [InlineData(3, """{"name":"x","colour":"green"}""", "Green")]
    public void Deserialize_LiftsEveryOldVersion(int version, string payload, string colour) =>
        _catalog.Deserialize("name-changed", version, payload).ShouldBe(new Renamed("x", Enum.Parse<Colour>(colour)));

    [Theory]
    [InlineData("name-changed", 4, "{}", "known up to version 3")]
    [InlineData("name-changed", 0, "{}", "known up to version 3")]
    [InlineData("never-heard", 1, "{}", "'never-heard' is not in the event catalog")]
    [InlineData("name-changed", 3, """{"name":"x"}""", "colour")]
    [InlineData("name-changed", 3, """{"name":null,"colour":"red"}""", "name")]
    [InlineData("name-changed", 3, """{"name":"x","colour":"mauve"}""", "Colour")]
    [InlineData("name-changed", 3, "null", "the payload is null")]
    [InlineData("name-changed", 2, "[]", "not an object")]
    [InlineData("name-changed", 3, "{", "cannot be read")]
    public void Deserialize_OfWhatDoesNotFit_FailsLoudly(string name, int version, string payload, string problem) =>
        Should.Throw<EventCatalogException>(() => _catalog.Deserialize(name, version, payload)).Message.ShouldContain(problem);

    [Fact]
    public void Deserialize_WithoutAnUpcaster_SaysWhichIsMissing()
    {
        var catalog = new EventCatalog(LedgerActor.Json).Register<Renamed>("name-changed", 2);
        Should.Throw<EventCatalogException>(() => catalog.Deserialize("name-changed", 1, "{}")).Message.ShouldContain("no upcaster from version 1 to 2");
        catalog.CanRead("name-changed", 1).ShouldBeFalse();
    }

    [Fact]
    public void Serialize_OfAnUnregisteredType_FailsLoudly() =>
        Should.Throw<EventCatalogException>(() => _catalog.Serialize(new JsonObject())).Message.ShouldContain("not in the event catalog");

    [Fact]
    public void Register_OfANameOrTypeTwice_IsRefused()
    {
        Should.Throw<EventCatalogException>(() => _catalog.Register<Other>("name-changed"));
        Should.Throw<EventCatalogException>(() => _catalog.Register<Renamed>("another-name"));
    }

    private sealed record Renamed(string Name, Colour Colour);

    private sealed record Other(string Name);
}
