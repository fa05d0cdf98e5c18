using Rebalancer.Gateway.Solver;
using Rebalancer.Simulation;
using Rebalancer.Simulation.Canaries;
using Rebalancer.Simulation.Runs;

var options = Options.Parse(args);
if (options.Error is not null)
{
    Console.Error.WriteLine(options.Error);
    return 2;
}

using var solver = new HighsSolver(TimeProvider.System);
var failed = options.AllCanaries
    ? new CanariesCommand(options, solver, Console.Out).Run(options.Canary is { } name ? [CanaryCatalog.Find(name)] : CanaryCatalog.All)
    : new SeedsCommand(options, solver, Console.Out).Run();
return failed == 0 ? 0 : 1;
