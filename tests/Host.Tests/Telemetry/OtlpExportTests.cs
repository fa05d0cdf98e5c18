using System.Net;
using System.Text;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Telemetry;
using Rebalancer.Host.Telemetry.Metrics;

namespace Rebalancer.Host.Tests.Telemetry;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task Dispose_SendsMetricsAndSpansToTheCollector()
    {
        using var collector = new HttpListener();
        var address = Listen(collector);
        var received = ReceiveAsync(collector, TestContext.Current.CancellationToken);
        using (var meter = new ServiceMeter())
        using (OtlpExport.Start(new SortedDictionary<string, string> { [OtlpExport.EndpointVariable] = address }, "node-1").ShouldNotBeNull())
        {
            meter.Fills.Add(7, new("account", "kraken"), new("side", "Buy"));
            meter.Activities.StartActivity("venue Place").ShouldNotBeNull().Dispose();
        }

        var bodies = await received;
        Encoding.Latin1.GetString(bodies["/v1/metrics"]).ShouldContain("rebalancer.fills");
        Encoding.Latin1.GetString(bodies["/v1/traces"]).ShouldContain("venue Place");
    }

    [Theory]
    [InlineData("collector:4318", "http/protobuf", "is not an address")]
    [InlineData("http://127.0.0.1:4318", "http/json", "'http/json' is not known")]
    public void Start_WithWhatCannotBeUsed_IsRefused(string endpoint, string protocol, string expected) => Should.Throw<CommandException>(
        () => OtlpExport.Start(new SortedDictionary<string, string> { [OtlpExport.EndpointVariable] = endpoint, [OtlpExport.ProtocolVariable] = protocol }, "node-1"))
        .Message.ShouldContain(expected);

    [Fact]
    public void Start_WithoutACollector_SendsNothing() => OtlpExport.Start(new SortedDictionary<string, string>(), "node-1").ShouldBeNull();

    private static string Listen(HttpListener listener)
    {
        while (true)
        {
            var address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/";
            listener.Prefixes.Clear();
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return address;
            }
            catch (HttpListenerException)
            {
                // The port is taken; another is not.
            }
        }
    }

    /// <summary>Until something of both kinds has come.</summary>
    private static async Task<SortedDictionary<string, byte[]>> ReceiveAsync(HttpListener listener, CancellationToken cancellationToken)
    {
        var bodies = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        while (bodies.Count < 2)
        {
            var context = await listener.GetContextAsync().WaitAsync(cancellationToken);
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body, cancellationToken);
            bodies[context.Request.Url!.AbsolutePath] = body.ToArray();
            context.Response.Close();
        }

        return bodies;
    }
}
