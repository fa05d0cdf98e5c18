using System.Globalization;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Audit.Heads;

/// <summary>Heads as files, one each, never overwritten: the directory may be a share that only takes new files.</summary>
public static class HeadFiles
{
    private const string Pattern = "head-*.txt";

    /// <summary>Writes one under the name of its node and time.</summary>
    /// <returns>The path.</returns>
    public static async Task<string> WriteAsync(string directory, string node, SignedHead head, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var time = head.Head.At.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(directory, $"head-{node}-{time}.txt");

        // Renamed into place, so that whoever collects the files never takes half of one.
        await File.WriteAllTextAsync(path + ".new", head.ToString(), cancellationToken);
        File.Move(path + ".new", path, overwrite: false);
        return path;
    }

    /// <summary>The head in a file, or all in a directory, oldest first; each signed by one of the keys.</summary>
    /// <exception cref="CommandException">One cannot be read, is damaged or forged, or there is none.</exception>
    public static IReadOnlyList<SignedHead> Read(string path, IReadOnlyList<HeadKey> keys)
    {
        var files = Directory.Exists(path) ? Directory.GetFiles(path, Pattern).Order(StringComparer.Ordinal).ToList() : [path];
        return files.Count > 0
            ? [.. files.Select(file => ReadOne(file, keys)).OrderBy(head => head.Head.At)]
            : throw CommandException.BadInput($"{path}: holds no head (files named {Pattern}); name a file or directory that the service or 'audit head' wrote");
    }

    private static SignedHead ReadOne(string file, IReadOnlyList<HeadKey> keys)
    {
        var head = Parse(file);
        if (keys.All(key => key.Id != head.KeyId))
        {
            throw CommandException.BadInput(
                $"{file}: is signed by key {head.KeyId}, which is not among those given ({string.Join(", ", keys.Select(key => key.Id))}); name its public key with --key");
        }

        return keys.Any(head.IsGenuine)
            ? head
            : throw CommandException.Failed($"{file}: its signature is not that of its text: the file was changed since it was signed; take the copy you keep elsewhere");
    }

    private static SignedHead Parse(string file)
    {
        var errors = new InputErrors();
        SignedHead? head = null;
        try
        {
            head = SignedHead.Parse(File.ReadAllText(file), errors);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.Add(0, "", $"cannot be read ({failure.Message})", "name a head that the service or 'audit head' wrote");
        }

        errors.ThrowIfAny(file);
        return head!;
    }
}
