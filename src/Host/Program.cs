using Rebalancer.Host.Cli;

return await CommandLineApplication.RunAsync(args, CliContext.FromProcess());
