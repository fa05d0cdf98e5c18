using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>Where a service keeps what outlives it: journal, API token, its address, its log.</summary>
public sealed record DataDirectory(string Path)
{
    /// <summary>Where <c>demo</c> keeps its data unless told otherwise.</summary>
    public const string OfDemo = "data/demo";

    /// <param name="named">As <c>--data</c> names it; null: where the settings put it.</param>
    public static DataDirectory Of(LoadedConfiguration loaded, string? named) => new(named ?? loaded.DataDirectory) { Journal = loaded.Configuration.Journal };

    public JournalAddress Journal { get; init; } = new JournalAddress.Sqlite(System.IO.Path.Combine(Path, "rebalancer.db"));

    /// <summary>How far the journal had come, to notice an older copy in its place.</summary>
    public string JournalMark => Journal is JournalAddress.Sqlite file ? file.Path + ".mark" : System.IO.Path.Combine(Path, "journal.mark");

    public string Token => System.IO.Path.Combine(Path, ApiToken.FileName);

    /// <summary>Tokens issued to others, as hashes.</summary>
    public string IssuedTokens => System.IO.Path.Combine(Path, TokenStore.FileName);

    /// <summary>The secret under which stored credentials are encrypted, unless the settings name one.</summary>
    public string CredentialsKey => System.IO.Path.Combine(Path, "credentials.key");

    /// <summary>Where the running service listens; written at start, removed at its end.</summary>
    public string Address => System.IO.Path.Combine(Path, "api-address");

    /// <summary>Signed heads of the journal, and the key that signs them, unless the settings say otherwise.</summary>
    public string Heads => System.IO.Path.Combine(Path, "heads");

    public string HeadKey => System.IO.Path.Combine(Path, "audit-key.pem");

    public string Log => System.IO.Path.Combine(Path, "rebalancer.log.json");

    /// <summary>Settings of a demo, which its owner may edit while it runs.</summary>
    public string Settings => System.IO.Path.Combine(Path, "rebalancer.json");

    /// <param name="display">The path as the user would write it, for messages.</param>
    /// <exception cref="CommandException">The service could not keep anything there.</exception>
    public void RequireWritable(string display)
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{display}: the data directory cannot be made ({exception.Message}); name one that can be written with --data", exception);
        }
    }
}
