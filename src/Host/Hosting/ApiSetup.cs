using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>What the settings mean for the API: its token, the names it answers to, its certificate.</summary>
public static class ApiSetup
{
    private const int LeastTokenLength = 16;

    public static ApiServerSettings Create(RebalancerConfiguration configuration, DataDirectory data, IReadOnlyDictionary<string, string> variables)
    {
        var token = configuration.ApiToken is { } secret
            ? secret.Resolve(variables, out var problem) ?? throw CommandException.BadInput($"apiToken: {problem}; {SecretReference.Remedy}")
            : ApiToken.LoadOrCreate(data.Path);
        if (token.Length < LeastTokenLength)
        {
            throw CommandException.BadInput($"apiToken: is shorter than {LeastTokenLength} characters and could be guessed; make one with 'openssl rand -hex 32'");
        }

        var loopback = ConfigurationRules.IsLoopback(configuration.Listen);
        IReadOnlyList<string> hosts = loopback
            ? ["127.0.0.1", "localhost", "[::1]"]
            : [configuration.Listen.Host, .. CertificateNames(configuration)];
        return new ApiServerSettings(
            configuration.Listen,
            new ApiSecuritySettings(token, hosts, PageNeedsToken: !loopback || configuration.ApiToken is not null, data.IssuedTokens, configuration.AllowedOrigins),
            configuration.Tls is { } tls ? Load(tls) : null);
    }

    /// <summary>The names a certificate is for are the names callers may use.</summary>
    private static IEnumerable<string> CertificateNames(RebalancerConfiguration configuration)
    {
        if (configuration.Tls is null)
        {
            yield break;
        }

        using var certificate = Load(configuration.Tls);
        foreach (var name in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()))
        {
            yield return name;
        }
    }

    internal static X509Certificate2 Load(TlsConfiguration tls)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(tls.Certificate.Path!, tls.Key.Path);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"tls: the certificate or its key cannot be read ({failure.Message}); name PEM files of a certificate and its key", failure);
        }
    }
}
