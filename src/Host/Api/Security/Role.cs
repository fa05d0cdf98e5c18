namespace Rebalancer.Host.Api.Security;

/// <summary>What a caller may do; each role may do what those before it may.</summary>
public enum Role
{
    Read,

    /// <summary>Decide, apply, halt, resume, pause, cancel.</summary>
    Operate,

    /// <summary>Add and remove accounts.</summary>
    Admin,
}

/// <summary>On an endpoint: the least role that may call it.</summary>
public sealed record Requires(Role Role);

/// <summary>Who calls, once known.</summary>
/// <param name="Name">Of the token; it is journaled as who.</param>
/// <param name="IsLocal">The token of the data directory, whose holder says who they are.</param>
public sealed record Caller(string Name, Role Role, bool IsLocal);
