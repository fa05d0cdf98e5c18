using System.Text.Json;
using Rebalancer.Domain.Common;

namespace Rebalancer.Venues.Simulated;

/// <summary>Where the venues are now: the file they write at each start is read again when it has changed.</summary>
public sealed class SimulatedVenueLocator(SimulatedVenueServerOptions options, SimulatedVenueEndpoint first)
{
    private readonly Lock _gate = new();
    private Uri _address = first.Address;
    private DateTime _writtenAt = DateTime.MinValue;

    /// <summary>The clock they share with whoever started or found them.</summary>
    public ClockAnchor Clock => first.Clock;

    public Uri Address()
    {
        lock (_gate)
        {
            var writtenAt = File.GetLastWriteTimeUtc(options.EndpointPath);
            if (writtenAt != _writtenAt && File.Exists(options.EndpointPath))
            {
                try
                {
                    _address = CanonicalJson.Read<SimulatedVenueEndpoint>(File.ReadAllText(options.EndpointPath)).Address;
                    _writtenAt = writtenAt;
                }
                catch (Exception unreadable) when (unreadable is JsonException or IOException)
                {
                    // The last address known is then as good as any: a request there fails or is answered by the venues.
                }
            }

            return _address;
        }
    }
}
