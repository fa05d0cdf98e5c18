using System.Net;
using System.Net.Sockets;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Hosting;

/// <summary>Finds out that a port is taken before anything is written.</summary>
public static class PortProbe
{
    /// <exception cref="CommandException">The port is in use; exit code 2.</exception>
    public static void RequireFree(Uri listen)
    {
        if (Probe(listen) is { } failure)
        {
            throw ApiServer.CannotListen(listen, failure);
        }
    }

    public static bool IsFree(Uri listen) => Probe(listen) is null;

    private static SocketException? Probe(Uri listen)
    {
        if (listen.Port == 0)
        {
            return null;
        }

        using var probe = new TcpListener(new IPEndPoint(ApiServer.AddressOf(listen), listen.Port));
        try
        {
            probe.Start();
            return null;
        }
        catch (SocketException failure)
        {
            return failure;
        }
    }
}
