using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Runtime.Journals.Postgres;

namespace Rebalancer.Host.Configuration;

/// <summary>Reads where the journal is and what a cluster on it needs: <c>journal</c>, <c>passwordFile</c>, <c>node</c>, <c>clusterToken</c>.</summary>
internal sealed class ClusterReader(JsonFields fields, string directory)
{
    private const string SqliteScheme = "sqlite:";

    public JournalAddress ReadJournal()
    {
        var text = fields.Text("journal") ?? "sqlite:data/rebalancer.db";
        var passwordFile = fields.Text("passwordFile") is { Length: > 0 } file ? Path.GetFullPath(file, directory) : null;
        if (text.StartsWith("postgres:", StringComparison.Ordinal) || text.StartsWith("postgresql:", StringComparison.Ordinal))
        {
            return ReadPostgres(text, passwordFile);
        }

        if (passwordFile is not null)
        {
            fields.Report("passwordFile", "is the password of a PostgreSQL journal, and this one is not", "remove it, or write \"journal\": \"postgres://user@host:5432/database\"");
        }

        if (!text.StartsWith(SqliteScheme, StringComparison.Ordinal) || text.Length == SqliteScheme.Length)
        {
            var kind = text.Split(':')[0];
            fields.Report("journal", $"'{kind}:' is not a journal", "write \"sqlite:PATH\", as \"sqlite:data/rebalancer.db\", or \"postgres://user@host:5432/database\"");
            return new JournalAddress.Sqlite("");
        }

        return new JournalAddress.Sqlite(Path.GetFullPath(text[SqliteScheme.Length..], directory));
    }

    /// <summary>By default named after the machine.</summary>
    public NodeConfiguration ReadNode()
    {
        var fallback = new NodeConfiguration(Environment.MachineName.ToLowerInvariant(), null);
        if (fields.Object("node") is not { } node)
        {
            return fallback;
        }

        var name = node.Text("name") ?? fallback.Name;
        if (!Names.IsId(name))
        {
            node.Report("name", $"\"{name}\" cannot be the name of a node", "use letters, digits, '-', '_' or '.'");
        }

        Uri? advertise = null;
        if (node.Text("advertise") is { } address && (!Uri.TryCreate(address, UriKind.Absolute, out advertise) || advertise.Scheme is not ("http" or "https")))
        {
            node.Report("advertise", $"\"{address}\" is not an address other nodes could call", "write one as \"https://node-1:5443\"");
        }

        node.RejectUnknown();
        return new NodeConfiguration(name, advertise);
    }

    /// <summary>What a journal that several nodes share asks of the other settings.</summary>
    public void Check(RebalancerConfiguration configuration)
    {
        if (configuration.Journal is not JournalAddress.Postgres)
        {
            return;
        }

        if (configuration.ClusterToken is null && !fields.IsPresent("clusterToken"))
        {
            fields.Report("clusterToken", "is missing: the nodes that share a PostgreSQL journal show it to each other", SecretReference.Remedy);
        }

        if (configuration.Node.Advertise is null && configuration.Listen.Port == 0)
        {
            fields.Report("listen", "port 0 is any free one, which other nodes cannot know", "give a port, or say where this node is reached: \"node\": { \"advertise\": … }");
        }
    }

    private JournalAddress.Postgres ReadPostgres(string text, string? passwordFile)
    {
        try
        {
            PostgresDatabase.Check(text);
        }
        catch (ArgumentException wrong)
        {
            fields.Report("journal", wrong.Message.Split(" (Parameter", 2)[0], "write \"postgres://user@host:5432/database\" and keep the password in PGPASSWORD or a \"passwordFile\"");
        }

        return new JournalAddress.Postgres(text, passwordFile);
    }
}
