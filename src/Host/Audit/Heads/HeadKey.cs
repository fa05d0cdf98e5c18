using System.Security.Cryptography;
using System.Text;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Audit.Heads;

/// <summary>The ECDSA key (NIST P-256) that signs heads of the journal, or its public half, which is all that verifying needs.</summary>
public sealed class HeadKey : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Nist256 = "1.2.840.10045.3.1.7";

    private readonly ECDsa _key;

    private HeadKey(ECDsa key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
    }

    /// <summary>First 16 hexadecimal digits of the SHA-256 of the public key (DER, SubjectPublicKeyInfo).</summary>
    public string Id { get; }

    /// <summary>The key of a data directory; made at the first start, with its public half beside it to be handed out.</summary>
    /// <param name="path">Of the private key; the public one is beside it, ending in <c>.pub.pem</c>.</param>
    public static HeadKey LoadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            return Load(path);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(PublicPathOf(path), key.ExportSubjectPublicKeyInfoPem() + "\n");

        // Under another name until it is whole: a service that is killed meanwhile must not find half a key at its next start.
        var unfinished = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
        return Load(path);
    }

    public static string PublicPathOf(string path) => Path.ChangeExtension(path, ".pub.pem");

    /// <param name="path">PEM of a private or a public key.</param>
    /// <exception cref="CommandException">It is neither, or of another curve.</exception>
    public static HeadKey Load(string path)
    {
        try
        {
            return Read(File.ReadAllText(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{path}: the key cannot be read ({failure.Message}); name a PEM file of an ECDSA P-256 key", failure);
        }
    }

    /// <param name="name">What the key is called in errors; the key itself is never shown.</param>
    /// <exception cref="CommandException">It is no PEM of such a key.</exception>
    public static HeadKey Read(string pem, string name)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == Nist256)
            {
                return new HeadKey(key);
            }
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw CommandException.BadInput($"{name}: is not a key in PEM; make one with 'openssl ecparam -name prime256v1 -genkey -noout'", failure);
        }

        key.Dispose();
        throw CommandException.BadInput($"{name}: is a key of another curve; make one with 'openssl ecparam -name prime256v1 -genkey -noout'");
    }

    /// <exception cref="CryptographicException">This is the public half alone.</exception>
    public byte[] Sign(string text) => _key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public bool IsSignatureOf(string text, byte[] signature) =>
        _key.VerifyData(Encoding.UTF8.GetBytes(text), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
