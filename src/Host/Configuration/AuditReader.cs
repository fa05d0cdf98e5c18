using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <summary>How the journal's head is signed and exported.</summary>
/// <param name="Heads">Full path of the directory; null: <c>heads</c> in the data directory.</param>
/// <param name="SigningKey">PEM of an ECDSA P-256 key; null: one is made in the data directory.</param>
public sealed record AuditConfiguration(string? Heads, TimeSpan Interval, SecretReference? SigningKey)
{
    public static AuditConfiguration Default { get; } = new(null, TimeSpan.FromHours(1), null);
}

/// <summary>Reads <c>audit</c>.</summary>
internal static class AuditReader
{
    private const int LongestIntervalMinutes = 31 * 24 * 60;

    public static AuditConfiguration Read(JsonFields? fields, string directory)
    {
        if (fields is null)
        {
            return AuditConfiguration.Default;
        }

        var minutes = Numbers.Positive(fields, "everyMinutes") ?? (int)AuditConfiguration.Default.Interval.TotalMinutes;
        if (minutes > LongestIntervalMinutes)
        {
            fields.Report("everyMinutes", $"must be at most {LongestIntervalMinutes}, is {minutes}", "what is changed between two heads goes unnoticed; write 60");
            minutes = LongestIntervalMinutes;
        }

        var heads = fields.Text("heads") is { Length: > 0 } path ? Path.GetFullPath(path, directory) : null;
        var audit = new AuditConfiguration(heads, TimeSpan.FromMinutes(minutes), AccountReader.ReadSecret(fields, "signingKey", directory));
        fields.RejectUnknown();
        return audit;
    }
}
