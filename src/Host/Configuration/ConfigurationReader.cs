using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <summary>Reads the merged tree of the settings into <see cref="RebalancerConfiguration"/>, reporting every mistake with its line.</summary>
public sealed class ConfigurationReader(string directory, InputErrors errors)
{
    public static Uri DefaultListen { get; } = new("http://127.0.0.1:5080");

    /// <summary>What the owner should know though it is no error.</summary>
    public List<InputError> Warnings { get; } = [];

    /// <summary>Null after reporting that the tree is no object.</summary>
    public RebalancerConfiguration? Read(LocatedJson root)
    {
        if (JsonFields.Of(root, "", errors) is not { } fields)
        {
            return null;
        }

        var cluster = new ClusterReader(fields, directory);
        var configuration = new RebalancerConfiguration
        {
            Journal = cluster.ReadJournal(),
            Node = cluster.ReadNode(),
            ClusterToken = ReadSecret(fields, "clusterToken"),
            CredentialsSecret = ReadSecret(fields, "credentialsSecret"),
            Listen = ReadListen(fields),
            ApiToken = ReadSecret(fields, "apiToken"),
            Tls = ReadTls(fields.Object("tls")),
            AllowedOrigins = ReadOrigins(fields),
            Audit = AuditReader.Read(fields.Object("audit"), directory),
            Notifications = [.. Objects(fields, "notifications").Select(receiver => NotificationReader.Read(receiver, directory, errors)).OfType<NotificationConfiguration>()],
            Portfolios = [.. Objects(fields, "portfolios").Select(new PortfolioReader(directory, errors).Read)],
            Accounts = [.. Objects(fields, "accounts").Select(account => new AccountReader(directory, errors).Read(account))],
        };
        cluster.Check(configuration);
        fields.RejectUnknown();
        for (var index = 0; index < configuration.Accounts.Count; index++)
        {
            VenueRules.Check(configuration.Accounts[index], $"accounts[{index}]", errors);
        }

        ConfigurationRules.Check(configuration, fields, errors);
        return configuration;
    }

    /// <summary>Objects of a list, with paths such as <c>accounts[2]</c>.</summary>
    internal IEnumerable<JsonFields> Objects(JsonFields fields, string name)
    {
        var items = fields.Items(name);
        for (var index = 0; index < items.Count; index++)
        {
            if (JsonFields.Of(items[index], $"{fields.FieldPath(name)}[{index}]", errors) is { } item)
            {
                yield return item;
            }
        }
    }

    private static Uri ReadListen(JsonFields fields)
    {
        if (fields.Text("listen") is not { } text)
        {
            return DefaultListen;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var listen) && listen.Scheme is "http" or "https" && listen.PathAndQuery == "/")
        {
            return listen;
        }

        fields.Report("listen", $"\"{text}\" is not an address to listen on", "write one as \"http://127.0.0.1:5080\"");
        return DefaultListen;
    }

    private static IReadOnlyList<string> ReadOrigins(JsonFields fields)
    {
        var origins = new List<string>();
        foreach (var item in fields.Items("allowedOrigins"))
        {
            if (item is LocatedText text && Uri.TryCreate(text.Value, UriKind.Absolute, out var origin) && origin.GetLeftPart(UriPartial.Authority) == text.Value)
            {
                origins.Add(text.Value);
            }
            else
            {
                fields.Report("allowedOrigins", "must list origins", "write each as a browser sends it, \"https://dashboards.example:8443\", without a path; \"*\" is not taken");
            }
        }

        return origins;
    }

    private SecretReference? ReadSecret(JsonFields fields, string name) => AccountReader.ReadSecret(fields, name, directory);

    private TlsConfiguration? ReadTls(JsonFields? fields)
    {
        if (fields is null)
        {
            return null;
        }

        var certificate = ReadSecret(fields, "certificate");
        var key = ReadSecret(fields, "key");
        fields.RejectUnknown();
        foreach (var (name, value) in new[] { ("certificate", certificate), ("key", key) })
        {
            if (value?.Path is null && (value is not null || !fields.IsPresent(name)))
            {
                fields.Report(name, "must name a PEM file", "write \"file:PATH\"");
            }
        }

        return certificate is null || key is null ? null : new TlsConfiguration(certificate, key);
    }
}
