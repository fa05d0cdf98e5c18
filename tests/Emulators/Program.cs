using Rebalancer.Emulators;

return await EmulatorProgram.RunAsync(args);
