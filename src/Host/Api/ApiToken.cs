using System.Security.Cryptography;
using System.Text;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Api;

/// <summary>The secret that lets a caller use the API. Made at the first start, kept in the data directory, readable by its owner only.</summary>
public static class ApiToken
{
    public const string FileName = "api-token";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The token of the data directory, made when there is none. A file that others may read is not trusted.</summary>
    public static string LoadOrCreate(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        if (File.Exists(path))
        {
            return Load(path);
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new StreamWriter(path, Encoding.ASCII, options);
        file.Write(token);
        return token;
    }

    /// <exception cref="CommandException">Empty, or readable by others.</exception>
    public static string Load(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw CommandException.BadInput($"{path}: others may read this token; run 'chmod 600 {path}', or delete it and restart the service");
        }

        var token = File.ReadAllText(path).Trim();
        return token.Length >= 32
            ? token
            : throw CommandException.BadInput($"{path}: is too short for a token; delete it and restart the service");
    }

    /// <summary>Compares in a time that does not depend on where the difference is.</summary>
    public static bool Matches(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));
}
