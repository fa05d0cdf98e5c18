namespace Rebalancer.Host.Api.Security;

/// <param name="Token">Lets its holder do everything.</param>
/// <param name="AllowedHosts">Names the service answers to; any other Host header is a page elsewhere reaching in through DNS.</param>
/// <param name="PageNeedsToken">False on loopback, where the page shows what the machine's user may see anyway. Changes always need one.</param>
/// <param name="TokensPath">File of the issued tokens.</param>
/// <param name="AllowedOrigins">Origins, exactly as browsers send them, whose pages may call the API with a token.</param>
public sealed record ApiSecuritySettings(
    string Token, IReadOnlyList<string> AllowedHosts, bool PageNeedsToken, string TokensPath, IReadOnlyList<string> AllowedOrigins);
