namespace Rebalancer.Host.Configuration;

/// <summary>Where the journal is kept.</summary>
public abstract record JournalAddress
{
    private JournalAddress()
    {
    }

    /// <summary>False when it is known that nothing has been journaled there yet.</summary>
    public virtual bool MayExist => true;

    /// <summary>A file of this machine: one process has it to itself.</summary>
    /// <param name="Path">Full path.</param>
    public sealed record Sqlite(string Path) : JournalAddress
    {
        public override bool MayExist => File.Exists(Path);

        public override string ToString() => Path;
    }

    /// <summary>A database that the nodes of a cluster share.</summary>
    /// <param name="Url">As <c>postgres://user@host:5432/database</c>, without a password.</param>
    /// <param name="PasswordFile">Full path; null: PGPASSWORD, or none is needed.</param>
    public sealed record Postgres(string Url, string? PasswordFile) : JournalAddress
    {
        public override string ToString() => Url;
    }
}
