using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Rebalancer.Host.Vault;

/// <summary>
/// The ring as it was read from the database, for a library that wants to read and write it at once. What the library adds is written to the
/// database by <see cref="KeyRing"/>, before anything is encrypted with it.
/// </summary>
internal sealed class RingRepository(IEnumerable<XElement> elements) : IXmlRepository
{
    private readonly List<XElement> _elements = [.. elements];

    /// <summary>Elements that the database has not got yet.</summary>
    public List<(string Name, XElement Element)> Added { get; } = [];

    public IReadOnlyCollection<XElement> GetAllElements() => [.. _elements];

    public void StoreElement(XElement element, string friendlyName)
    {
        _elements.Add(element);
        Added.Add((friendlyName, element));
    }
}
