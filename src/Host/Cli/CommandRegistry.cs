using System.CommandLine;
using Rebalancer.Host.Cli.Commands;
using Rebalancer.Host.Cli.Init;
using Rebalancer.Host.Cli.Plan;
using Rebalancer.Host.Cli.Weights;

namespace Rebalancer.Host.Cli;

/// <summary>Every command of the program, in the order the help lists them. A command is one file with a static <c>Create</c>.</summary>
public static class CommandRegistry
{
    public static IReadOnlyList<Func<CliContext, Command>> All { get; } =
    [
        DemoCommand.Create,
        InitCommand.Create,
        RunCommand.Create,
        PlanCommand.Create,
        BacktestCommand.Create,
        StatusCommand.Create,
        AccountsCommand.Create,
        OrdersCommand.Create,
        OrderCommand.Create,
        DecisionsCommand.Create,
        CycleCommands.CreateNow,
        CycleCommands.CreateFetch,
        CycleCommands.CreateApply,
        HaltCommands.CreateHalt,
        HaltCommands.CreateResume,
        AccountCommand.Create,
        PortfolioCommand.Create,
        AuditCommand.Create,
        TokenCommand.Create,
        ConfigCommand.Create,
        OptimizeCommand.Create,
        FrontierCommand.Create,
        EstimateCommands.CreateRiskModel,
        EstimateCommands.CreateReturnsModel,
        DoctorCommand.Create,
        SimulatedVenuesCommand.Create,
    ];
}
