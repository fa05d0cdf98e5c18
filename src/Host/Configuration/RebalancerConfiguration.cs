using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Configuration;

/// <summary>The settings file as data, defaults filled in. Paths are full.</summary>
public sealed record RebalancerConfiguration
{
    public required JournalAddress Journal { get; init; }

    public required NodeConfiguration Node { get; init; }

    /// <summary>What the nodes of a cluster show each other; there when the journal is one that nodes share.</summary>
    public SecretReference? ClusterToken { get; init; }

    /// <summary>What credentials stored at runtime are encrypted under; null: a file of the data directory, where the journal is a file.</summary>
    public SecretReference? CredentialsSecret { get; init; }

    public required Uri Listen { get; init; }

    /// <summary>Null: a token is made in the data directory.</summary>
    public SecretReference? ApiToken { get; init; }

    public TlsConfiguration? Tls { get; init; }

    /// <summary>Origins whose pages may call the API with a token of their own; exact, as browsers send them.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public IReadOnlyList<NotificationConfiguration> Notifications { get; init; } = [];

    public AuditConfiguration Audit { get; init; } = AuditConfiguration.Default;

    public required IReadOnlyList<PortfolioSettings> Portfolios { get; init; }

    public required IReadOnlyList<AccountConfiguration> Accounts { get; init; }
}

/// <summary>PEM files.</summary>
public sealed record TlsConfiguration(SecretReference Certificate, SecretReference Key);

/// <summary>One account of the settings file.</summary>
public sealed record AccountConfiguration
{
    public required string Id { get; init; }

    /// <summary>Such as <c>simulated</c>, <c>ccxt:kraken</c>, <c>alpaca:paper</c>.</summary>
    public required string Venue { get; init; }

    public string? Endpoint { get; init; }

    public SortedDictionary<string, SecretReference> Credentials { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Empty: all the venue lists.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    /// <summary>In base currency.</summary>
    public decimal Reserve { get; init; }

    public bool Taxable { get; init; } = true;

    /// <summary>By asset, from the account's file of tax lots.</summary>
    public SortedDictionary<string, IReadOnlyList<TaxLot>> Lots { get; init; } = new(StringComparer.Ordinal);

    public int PollSeconds { get; init; } = 10;

    public int PricePollSeconds { get; init; } = 2;

    /// <summary>The venue's own settings, read by the venue.</summary>
    public LocatedObject? Options { get; init; }

    /// <summary>Of the settings file: relative names of files start here.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The account as it is written, without secrets: equal texts are equal settings.</summary>
    public string Text { get; init; } = "";

    /// <summary>Line of the account in its file, for errors of its options.</summary>
    public int Line { get; init; }
}
