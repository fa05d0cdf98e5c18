using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Actors.Tests.EventCatalogs;

public sealed class ClusterMessagesTests
{
    private static readonly ClusterWire Wire = ClusterMessages.CreateWire();

    /// <summary>A command whose name is missing works as long as one node owns everything, and is never answered from another.</summary>
    [Fact]
    public void EveryCommand_OfWhoAndWhy_TravelsBetweenNodes()
    {
        var commands = typeof(PausePortfolio).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false, IsSealed: true } && type.Namespace is "Rebalancer.Actors.Portfolios" or "Rebalancer.Actors.Accounts")
            .Select(type => type.GetConstructors().FirstOrDefault(constructor => constructor.GetParameters() is [{ Name: "Who" }, { Name: "Why" }, ..]))
            .OfType<System.Reflection.ConstructorInfo>().ToList();
        commands.Select(constructor => constructor.DeclaringType).ShouldContain(typeof(RetirePortfolio));

        foreach (var constructor in commands)
        {
            var command = constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.ParameterType == typeof(string) ? parameter.Name : Activator.CreateInstance(parameter.ParameterType))]);
            Travel(command).ShouldBe(command);
        }
    }

    [Fact]
    public void Roster_WithPortfolios_ArrivesAsItWasSent()
    {
        var roster = Roster.Empty
            .Evolve(new RosterEvent.PortfolioRemoved("main", "ann", "reached"))
            .Evolve(new RosterEvent.PortfolioAdded("second", ["cold"], """{ "id": "second" } // mine""", "ann", "more"));

        var arrived = (Roster)Travel(roster);

        arrived.RemovedPortfolios.ShouldBe(["main"]);
        arrived.Portfolios["second"].Accounts.ShouldBe(["cold"]);
        arrived.Portfolios["second"].Settings.ShouldBe(roster.Portfolios["second"].Settings);
    }

    [Fact]
    public void PortfolioView_OfAPausedPortfolio_ArrivesWithWhoAndWhy()
    {
        var pause = new PortfolioPause("ann", "maintenance", new DateTimeOffset(2026, 11, 22, 3, 0, 0, TimeSpan.Zero));
        var view = new PortfolioView("main", "USD", "paper", null, null, [], [], null, [], [], pause.At, null) { Pause = pause };

        ((PortfolioView)Travel(view)).Pause.ShouldBe(pause);
    }

    private static object Travel(object content) => Wire.Read(Wire.Write(new ClusterMessage("node-1", "portfolio/main", null, content, null, null))).Content;
}
