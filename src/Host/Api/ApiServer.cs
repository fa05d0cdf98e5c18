using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Pbm;
using Rebalancer.Host.Web;
using Serilog.Extensions.Logging;

namespace Rebalancer.Host.Api;

/// <param name="Listen">Absolute HTTP or HTTPS address; port 0 takes a free one.</param>
/// <param name="Certificate">For HTTPS.</param>
public sealed record ApiServerSettings(Uri Listen, ApiSecuritySettings Security, X509Certificate2? Certificate)
{
    /// <summary>Whom other nodes reach here; null: nobody.</summary>
    public ServiceCluster? Cluster { get; init; }

    /// <summary>What <c>/metrics</c> and the probes show; null: they are not there.</summary>
    public Monitoring? Monitoring { get; init; }

    /// <summary>Carries out the lines of <c>pbm</c>; null: there is no such service here.</summary>
    public PbmHost? Pbm { get; init; }
}

/// <summary>The HTTP listener of a service: API, page and its live updates.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private const int LargestBodyBytes = 256 * 1024;
    private const int DeepestJson = 32;

    private readonly WebApplication _application;

    private ApiServer(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    public Uri Address { get; }

    /// <exception cref="CommandException">The port is in use or the address cannot be listened on; exit code 2.</exception>
    public static async Task<ApiServer> StartAsync(
        ApiServerSettings settings, IServiceOperations operations, IServiceAudit audit, TimeProvider clock, Serilog.ILogger log,
        CancellationToken cancellationToken)
    {
        var application = Build(settings, operations, audit, clock, log);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            await application.DisposeAsync();
            throw CannotListen(settings.Listen, failure);
        }

        var address = new Uri(application.Urls.Single());
        return new ApiServer(application, new UriBuilder(address) { Host = settings.Listen.Host }.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }

    /// <summary>The error for the operator when an address cannot be listened on.</summary>
    public static CommandException CannotListen(Uri listen, Exception failure) => CommandException.BadInput(
        failure.InnerException is AddressInUseException || failure is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
            ? $"listen: port {listen.Port} of {listen.Host} is in use by another program; choose another with --port or \"listen\""
            : $"listen: cannot listen on {listen}: {failure.Message}; correct \"listen\"",
        failure);

    private static WebApplication Build(
        ApiServerSettings settings, IServiceOperations operations, IServiceAudit audit, TimeProvider clock, Serilog.ILogger log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(new SerilogLoggerProvider(log));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBodyBytes;
            kestrel.Listen(AddressOf(settings.Listen), settings.Listen.Port, listen =>
            {
                if (settings.Certificate is { } certificate)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        AddServices(builder.Services, settings, operations, audit, clock);

        var application = builder.Build();
        if (settings is { Cluster: { } cluster, Pbm: { } forNodes })
        {
            ClusterEndpoints.Map(application, cluster, forNodes);
        }

        application.UseMiddleware<BrowserRules>(settings.Security);
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UseRouting();
        application.UseMiddleware<Authorisation>(settings.Security);
        application.UseMiddleware<EntityTags>();
        ApiEndpoints.Map(application);
        if (settings.Pbm is { } pbm)
        {
            PbmEndpoints.Map(application, pbm);
        }

        application.MapOpenApi($"{ApiEndpoints.Base}/openapi.json").WithMetadata(new Requires(Role.Read));
        PageEndpoints.Map(application);
        if (settings.Monitoring is { } monitoring)
        {
            MonitoringEndpoints.Map(application, monitoring);
        }

        return application;
    }

    private static void AddServices(
        IServiceCollection services, ApiServerSettings settings, IServiceOperations operations, IServiceAudit audit, TimeProvider clock)
    {
        services.AddRoutingCore();
        services.AddSingleton(operations).AddSingleton(audit).AddSingleton(clock);
        services.AddSingleton(_ => new Sessions(settings.Security.Token, clock)).AddSingleton<FailureLimiter>().AddSingleton<LiveFeed>();
        services.AddSingleton<PageRenderer>().AddSingleton<RiskDesk>().AddSingleton<PageSources>().AddSingleton<LivePages>();
        services.AddSingleton(provider => new Credentials(
            settings.Security.Token, new TokenStore(settings.Security.TokensPath), provider.GetRequiredService<Sessions>(), clock));
        services.AddProblemDetails().AddExceptionHandler<ApiErrors>();
        services.AddOpenApi("v1", ApiDocument.Configure);
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            JsonOutput.Configure(json.SerializerOptions);
            json.SerializerOptions.MaxDepth = DeepestJson;
        });
        // An open page must not hold the process up when it is told to stop.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
    }

    internal static IPAddress AddressOf(Uri listen) => listen.Host switch
    {
        "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) => address,
        _ => throw CommandException.BadInput($"listen: '{listen.Host}' is not an IP address; write one, as http://127.0.0.1:5080"),
    };
}
