using System.Reflection;

namespace Rebalancer.Host.Hosting;

internal static class Versions
{
    /// <summary>Of this program, without the commit.</summary>
    public static string Product { get; } =
        (typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];
}
