using Rebalancer.Cluster;
using Rebalancer.Cluster.Trials;
using Rebalancer.Domain.Common;

// dotnet run -c Release --project tests/Cluster -- kills|pauses|database|membership|restore|rest [--nodes 3] [--accounts 200] [--strikes 20] [--strike-every 30] [--seed S] [--data DIR]
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

if (options.Trial == "restore")
{
    return Report(await RestoreTrial.RunAsync(options, Console.Error.WriteLine, CancellationToken.None));
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
    await Console.Error.WriteLineAsync($"{options.Trial}: no such trial; there is: kills, pauses, database, membership, restore, rest");
    return 2;
}

Console.WriteLine(CanonicalJson.Write(result));
await Console.Error.WriteLineAsync(
    $"owned again: {TrialResult.Describe(result.OwnedAfter)}; answering again: {TrialResult.Describe(result.AnsweredAfter)}; graceful stops: {TrialResult.Describe(result.GracefulStops)}");
return Report(result.Violations);

static int Report(IReadOnlyList<string> violations)
{
    foreach (var violation in violations)
    {
        Console.Error.WriteLine($"VIOLATED {violation}");
    }

    return violations.Count == 0 ? 0 : 1;
}
