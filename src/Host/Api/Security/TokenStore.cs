using System.Text;
using System.Text.Json;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Api.Security;

/// <summary>
/// The tokens issued for a service, in a file of its data directory that only its owner may read. A running service sees a change at the next
/// call, so that a revoked token ends at once.
/// </summary>
public sealed class TokenStore(string path)
{
    public const string FileName = "api-tokens.json";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _reading = new();
    private IReadOnlyList<IssuedToken> _tokens = [];
    private (DateTime WrittenAt, long Length)? _seen;

    /// <exception cref="CommandException">The file is damaged, or others may read it.</exception>
    public IReadOnlyList<IssuedToken> Read()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return [];
        }

        lock (_reading)
        {
            var state = (file.LastWriteTimeUtc, file.Length);
            if (_seen != state)
            {
                _tokens = Parse(file);
                _seen = state;
            }

            return _tokens;
        }
    }

    public void Add(IssuedToken token) => Write([.. Read(), token]);

    /// <returns>False when there is no such token.</returns>
    public bool Revoke(string id, DateTimeOffset now)
    {
        var tokens = Read();
        if (tokens.All(token => token.Id != id))
        {
            return false;
        }

        Write([.. tokens.Select(token => token.Id == id ? token with { RevokedAt = token.RevokedAt ?? now } : token)]);
        return true;
    }

    private IReadOnlyList<IssuedToken> Parse(FileInfo file)
    {
        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & ~OwnerOnly) != UnixFileMode.None)
        {
            throw CommandException.BadInput($"{path}: others may read these tokens; run 'chmod 600 {path}'");
        }

        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<IssuedToken>>(File.ReadAllText(path), JsonOutput.Options) ?? [];
        }
        catch (JsonException failure)
        {
            throw CommandException.BadInput($"{path}: is not a list of tokens ({failure.Message}); restore it, or delete it and issue new ones", failure);
        }
    }

    /// <summary>Replaced in one step: a service that reads meanwhile sees the old list or the new one.</summary>
    private void Write(IReadOnlyList<IssuedToken> tokens)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new StreamWriter(draft, Encoding.UTF8, options))
        {
            file.Write(JsonOutput.Format(tokens));
        }

        File.Move(draft, path, overwrite: true);
    }
}
