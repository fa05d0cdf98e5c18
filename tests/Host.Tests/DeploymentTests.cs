using System.Text.RegularExpressions;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests;

/// <summary>What stands in deploy/ is in step with the options, settings and addresses that the program has.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string Deploy = Path.Combine(Source.Root, "deploy");

    [Fact]
    public void Settings_AreTakenByTheProgram()
    {
        var loaded = ConfigurationFile.Load(Path.Combine(Deploy, "settings", "rebalancer.json"), "rebalancer.json", Overrides());
        loaded.Warnings.ShouldBeEmpty();
        loaded.Configuration.Journal.ShouldBeOfType<JournalAddress.Postgres>();
        loaded.Configuration.Node.Advertise.ShouldBe(new Uri("https://pod.rebalancer-nodes:5443"));
        loaded.Configuration.Listen.Port.ShouldBe(5443);
    }

    [Fact]
    public void Secrets_OfTheSettings_AreMountedByCompose()
    {
        var text = File.ReadAllText(Path.Combine(Deploy, "settings", "rebalancer.json"));
        var named = SecretFile().Matches(text).Select(match => match.Groups["name"].Value).Distinct().Order().ToList();
        var compose = File.ReadAllText(Path.Combine(Deploy, "compose.yaml"));
        MountedSecrets().Match(compose).Groups["names"].Value.Split(", ").Order().ShouldBe(named);
        named.ShouldAllBe(name => compose.Contains($"  {name}: {{ file: ./secrets/{name} }}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Dockerfile", """CMD \[(?<line>.*)\]""")]
    [InlineData("compose.yaml", """command: \[(?<line> "run".*)\]""")]
    [InlineData("kubernetes/rebalancer.yaml", """args: \[(?<line>.*)\]""")]
    [InlineData("systemd/rebalancer.service", "^ExecStart=/opt/rebalancer/rebalancer (?<line>.*)$")]
    [InlineData("systemd/rebalancer.service", "^ExecStartPre=/opt/rebalancer/rebalancer (?<line>.*)$")]
    public void CommandLine_IsOneTheProgramKnows(string file, string pattern)
    {
        var line = Regex.Match(File.ReadAllText(Path.Combine(Deploy, file)), pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["line"].Value;
        string[] args = [.. line.Split([',', ' ', '"'], StringSplitOptions.RemoveEmptyEntries)];
        args.Length.ShouldBeGreaterThan(1);
        using var output = new StringWriter();
        var context = new CliContext(output, output, TextReader.Null, false, false, new SortedDictionary<string, string>(), Deploy, TimeProvider.System);
        CommandLineApplication.CreateRoot(context).Parse(args).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("compose.yaml")]
    [InlineData("kubernetes/rebalancer.yaml")]
    public void CommandLine_OfAContainer_KeepsItsDataInTheVolume_BecauseTheSettingsAreReadOnly(string file) =>
        File.ReadAllText(Path.Combine(Deploy, file)).ShouldContain(""" "--config", "/settings/rebalancer.json", "--data", "/data" """.Trim());

    [Fact]
    public void Probes_AskAddressesThatTheProgramHas()
    {
        var asked = Probe().Matches(File.ReadAllText(Path.Combine(Deploy, "kubernetes", "rebalancer.yaml"))).Select(match => match.Groups["path"].Value).Distinct().ToList();
        asked.ShouldBe(["/healthz/live", "/healthz/ready"]);
        var endpoints = File.ReadAllText(Path.Combine(Source.Root, "src", "Host", "Api", "MonitoringEndpoints.cs"));
        asked.ShouldAllBe(path => endpoints.Contains($"\"{path}\"", StringComparison.Ordinal));
    }

    /// <summary>As Kubernetes sets them, with a name of a pod.</summary>
    private static SortedDictionary<string, string> Overrides()
    {
        var text = File.ReadAllText(Path.Combine(Deploy, "kubernetes", "rebalancer.yaml"));
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Variable().Matches(text))
        {
            variables[match.Groups["name"].Value] = match.Groups["value"].Value.Replace("$(POD_NAME)", "pod", StringComparison.Ordinal);
        }

        variables.Count.ShouldBe(2);
        return variables;
    }

    [GeneratedRegex("""secrets: \[ (?<names>.*) \]""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex MountedSecrets();

    [GeneratedRegex("""/run/secrets/(?<name>[A-Za-z.-]+)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex SecretFile();

    [GeneratedRegex("""path: (?<path>/healthz/[a-z]+)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Probe();

    [GeneratedRegex("name: (?<name>REBALANCER__[A-Z_]+), value: \"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Variable();
}
