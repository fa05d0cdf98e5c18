using System.Net.Http.Headers;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Pbm;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Http;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>This process as a member of its cluster, with its lines to the other nodes. A process that has its journal to itself is a cluster of one.</summary>
public sealed class ServiceCluster : IPbmNodes, IAsyncDisposable
{
    /// <summary>A node that does not answer a message within this time holds up the later ones no longer.</summary>
    private static readonly TimeSpan PostTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Entities stop and their shards are given up within this time, or the leases run out by themselves.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(3);

    private readonly ClusterWire _wire = ClusterMessages.CreateWire();
    private readonly HttpClient? _http;
    private readonly HttpTransport? _transport;
    private readonly ILogger _log;

    private ServiceCluster(ServiceStore store, string? token, TimeProvider uptime, RebalancerConfiguration configuration, ILogger log)
    {
        (_log, Token) = (log, token);
        if (token is not null)
        {
            _http = CreateHttp(configuration);
            _transport = new HttpTransport(_http, _wire, token, log);
        }

        Member = new ClusterMember(store.Node, store.Leases, (IClusterTransport?)_transport ?? new NoOtherNodes(), uptime);
        if (_transport is not null)
        {
            _transport.AddressOf = AddressOf;
        }
    }

    public ClusterMember Member { get; }

    public string Self => Member.NodeId;

    public IReadOnlyList<string> Living => [.. Member.Nodes.Select(node => node.Id)];

    /// <summary>What nodes show each other; null in a cluster of one.</summary>
    public string? Token { get; }

    /// <param name="uptime">Time that goes on whatever happens to the process: leases are measured by it.</param>
    /// <exception cref="CommandException">The cluster's token is not where the settings say.</exception>
    public static ServiceCluster Create(
        ServiceStore store, RebalancerConfiguration configuration, IReadOnlyDictionary<string, string> variables, TimeProvider uptime, ILogger log)
    {
        string? token = null;
        if (store.IsShared)
        {
            token = configuration.ClusterToken!.Resolve(variables, out var problem)
                ?? throw CommandException.BadInput($"clusterToken: {problem}; put the secret there, the same for every node");
        }

        return new ServiceCluster(store, token, uptime, configuration, log);
    }

    /// <summary>Takes in what another node has posted. What this release does not know is told of and dropped, as if it had been lost.</summary>
    public void Receive(IReadOnlyList<WireMessage> messages)
    {
        foreach (var message in messages)
        {
            try
            {
                Member.Receive(_wire.Read(message));
            }
            catch (EventCatalogException unknown)
            {
                _log.LogWarning("A {Message} from node {Node} cannot be read: {Reason}", message.Name, message.From, unknown.Message);
            }
        }
    }

    public async Task<PbmAnswer> AskAsync(string node, PbmRequest request, CancellationToken cancellationToken)
    {
        if (AddressOf(node) is not { } address)
        {
            return new PbmAnswer([], null, $"{node}: this node is not known any more; 'cluster show' lists the living");
        }

        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, ClusterEndpoints.PbmPath))
            {
                Content = JsonContent.Create(request, options: JsonOutput.Compact),
            };
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            using var answer = await _http!.SendAsync(message, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<PbmAnswer>(JsonOutput.Compact, cancellationToken))!;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new PbmAnswer([], null, $"{node}: cannot be reached ({failure.Message}); 'cluster show' lists the living");
        }
    }

    /// <summary>Hands everything this node owns to the others, so that they need not wait for its lease to run out.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await Member.LeaveAsync(LeaveTimeout);
        }
        catch (TimeoutException)
        {
            _log.LogWarning("Not everything stopped in time; the other nodes take over when this node's lease has run out");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_transport is not null)
        {
            await _transport.DisposeAsync();
        }

        _http?.Dispose();
    }

    private Uri? AddressOf(string node) =>
        Member.Nodes.FirstOrDefault(known => known.Id == node)?.Node.Address is { Length: > 0 } address ? new Uri(address) : null;

    /// <summary>Nodes trust what the machine trusts, and the certificate that they share.</summary>
    private static HttpClient CreateHttp(RebalancerConfiguration configuration)
    {
        var handler = new SocketsHttpHandler
        {
            // A proxy or a redirect would see the cluster's token.
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2),
        };
        if (configuration.Tls is { } tls)
        {
            var own = ApiSetup.Load(tls).GetCertHashString();
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    errors == SslPolicyErrors.None || certificate?.GetCertHashString() == own,
            };
        }

        return new HttpClient(handler) { Timeout = PostTimeout };
    }

    private sealed class NoOtherNodes : IClusterTransport
    {
        public void Send(string node, ClusterMessage message)
        {
            // Nobody is there to be told.
        }
    }
}
