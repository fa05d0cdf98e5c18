namespace Rebalancer.Host.Configuration;

/// <summary>This process as a node of a cluster.</summary>
/// <param name="Name">As people call it; unique in the cluster.</param>
/// <param name="Advertise">Where the other nodes reach it; null: where it listens.</param>
public sealed record NodeConfiguration(string Name, Uri? Advertise);
