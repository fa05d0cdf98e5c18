using Microsoft.Extensions.Logging;
using Rebalancer.Host.Audit.Heads;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>What the settings mean for the signed heads of the journal.</summary>
internal static class HeadSetup
{
    public static HeadExporter Create(ServiceSettings settings, ILogger log)
    {
        var configuration = settings.Configuration.Configuration;
        var key = LoadKey(settings.Data, configuration.Audit, settings.Variables, create: true);
        return new HeadExporter(
            settings.Store.Journal, key, configuration.Audit.Heads ?? settings.Data.Heads, configuration.Node.Name, configuration.Audit.Interval, log);
    }

    /// <param name="create">Make the data directory's key when there is none.</param>
    /// <exception cref="CommandException">There is no such key.</exception>
    public static HeadKey LoadKey(DataDirectory data, AuditConfiguration? audit, IReadOnlyDictionary<string, string> variables, bool create)
    {
        if (audit?.SigningKey is { } given)
        {
            var pem = given.Resolve(variables, out var problem) ?? throw CommandException.BadInput($"audit.signingKey: {problem}; {SecretReference.Remedy}");
            return HeadKey.Read(pem, $"audit.signingKey ({given})");
        }

        if (create || File.Exists(data.HeadKey))
        {
            Directory.CreateDirectory(data.Path);
            return HeadKey.LoadOrCreate(data.HeadKey);
        }

        var half = HeadKey.PublicPathOf(data.HeadKey);
        return File.Exists(half) ? HeadKey.Load(half) : throw CommandException.BadInput($"--key: there is no key in {data.Path}; name the public key the heads are signed with");
    }
}
