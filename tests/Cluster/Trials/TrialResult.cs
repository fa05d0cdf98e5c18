namespace Rebalancer.Cluster.Trials;

/// <param name="OwnedAfter">Seconds from each failure until every shard was owned again, in order of time.</param>
/// <param name="AnsweredAfter">Seconds until every account and portfolio answered again.</param>
/// <param name="GracefulStops">Seconds that stops took.</param>
/// <param name="Violations">One sentence each; empty is success.</param>
public sealed record TrialResult(
    string Trial, int Accounts, IReadOnlyList<double> OwnedAfter, IReadOnlyList<double> AnsweredAfter, IReadOnlyList<double> GracefulStops,
    int Transfers, int Orders, int Fills, int CaughtBetweenSendAndAnswer, long Events, double Seconds, IReadOnlyList<string> Violations)
{
    /// <summary>Median and largest, in words.</summary>
    public static string Describe(IReadOnlyList<double> seconds) =>
        seconds.Count == 0 ? "none" : FormattableString.Invariant($"p50 {seconds.Order().ElementAt(seconds.Count / 2):0.0} s, max {seconds.Max():0.0} s over {seconds.Count}");
}
