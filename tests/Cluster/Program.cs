using Rebalancer.Cluster;
using Rebalancer.Cluster.Trials;
using Rebalancer.Domain.Common;

// dotnet run -c Release --project tests/Cluster -- kills|pauses|database|membership|rest [--nodes 3] [--accounts 200] [--strikes 20] [--strike-every 30] [--seed S] [--data DIR]
ClusterOptions options;
try
{
    options = ClusterOptions.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}

if (options.Trial == "rest")
{
    Console.WriteLine(CanonicalJson.Write(await RestTrial.RunAsync(options, Console.Error.WriteLine, CancellationToken.None)));
    return 0;
}

var result = options.Trial switch
{
    "kills" => await KillTrial.RunAsync(options, Console.Error.WriteLine, CancellationToken.None),
    "pauses" => await PauseTrial.RunAsync(options, Console.Error.WriteLine, CancellationToken.None),
    "database" => await DatabaseTrial.RunAsync(options, Console.Error.WriteLine, CancellationToken.None),
    "membership" => await MembershipTrial.RunAsync(options, Console.Error.WriteLine, CancellationToken.None),
    _ => null,
};
if (result is null)
{
    await Console.Error.WriteLineAsync($"{options.Trial}: no such trial; there is: kills, pauses, database, membership, rest");
    return 2;
}

Console.WriteLine(CanonicalJson.Write(result));
await Console.Error.WriteLineAsync(
    $"owned again: {TrialResult.Describe(result.OwnedAfter)}; answering again: {TrialResult.Describe(result.AnsweredAfter)}; graceful stops: {TrialResult.Describe(result.GracefulStops)}");
foreach (var violation in result.Violations)
{
    await Console.Error.WriteLineAsync($"VIOLATED {violation}");
}

return result.Violations.Count == 0 ? 0 : 1;
