using System.Text;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Demo;

/// <summary>The settings file of a demo: an ordinary one, commented, which its owner may read, edit while the demo runs, and run again.</summary>
public static class DemoSettings
{
    public const string PortfolioId = "demo";

    /// <summary>Where the page is unless --port says otherwise.</summary>
    public const int DefaultPort = 5080;

    /// <summary>The settings of the data directory, written at its first demo.</summary>
    /// <param name="port">Null: that of the settings when it is free, else any.</param>
    public static LoadedConfiguration LoadOrCreate(DataDirectory data, int? port, CliContext context)
    {
        if (port is { } given)
        {
            PortProbe.RequireFree(new Uri($"http://127.0.0.1:{given}"));
        }

        if (!File.Exists(data.Settings))
        {
            RefuseForeign(data, context);
            Directory.CreateDirectory(data.Path);
            File.WriteAllText(data.Settings, Write());
        }

        var loaded = ConfigurationFile.Load(data.Settings, context.Display(data.Settings), context.Variables);
        var listen = loaded.Configuration.Listen;
        var wanted = port ?? (PortProbe.IsFree(listen) ? listen.Port : 0);
        return loaded with { Configuration = loaded.Configuration with { Listen = new UriBuilder(listen) { Port = wanted }.Uri } };
    }

    /// <summary>A file that stands where the directory should, or a directory that something else uses, is left alone.</summary>
    private static void RefuseForeign(DataDirectory data, CliContext context)
    {
        if (File.Exists(data.Path))
        {
            throw CommandException.BadInput($"--data: {context.Display(data.Path)} is a file; name a directory");
        }

        if (data.Journal.MayExist)
        {
            throw CommandException.BadInput($"--data: {context.Display(data.Path)} holds a journal but no demo; name another directory");
        }
    }

    private static string Write()
    {
        var text = new StringBuilder();
        text.AppendLine("// Settings of the demo. Change a weight and save: the running demo applies it within a second and rebalances.");
        text.AppendLine("{");
        text.AppendLine("  \"journal\": \"sqlite:rebalancer.db\",");
        text.AppendLine($"  \"listen\": \"http://127.0.0.1:{DefaultPort}\",");
        text.AppendLine("  \"portfolios\": [ {");
        text.AppendLine($"    \"id\": \"{PortfolioId}\", \"baseCurrency\": \"USD\", \"mode\": \"paper\",");
        text.AppendLine("    // Shares of the whole portfolio over all accounts; what is left to 1 stays in cash.");
        text.AppendLine($"    \"targets\": {{ \"method\": \"fixed\", \"weights\": {{ {Weights()} }} }},");
        text.AppendLine("    // An asset is out of its band when |weight - target| > min(absolute, relative x target).");
        text.AppendLine("    \"bands\": { \"absolute\": 0.05, \"relative\": 0.25 },");
        text.AppendLine("    \"orders\": { \"timeoutSeconds\": 120 },");
        // Whoever watches, or has approved, waits for the plan.
        text.AppendLine("    \"placement\": { \"timeLimitSeconds\": 3 },");
        text.AppendLine("    \"limits\": { \"maxDailyTurnover\": 20 },");
        text.AppendLine($"    \"accounts\": [ {string.Join(", ", SimulatedDemo.Accounts.Select(account => $"\"{account.Id}\""))} ]");
        text.AppendLine("  } ],");
        text.AppendLine("  \"accounts\": [");
        text.AppendLine(string.Join("," + Environment.NewLine, SimulatedDemo.Accounts.Select(account => Account(account.Id, account.Options))));
        text.AppendLine("  ]");
        text.AppendLine("}");
        return text.ToString();
    }

    private static string Weights() =>
        string.Join(", ", SimulatedDemo.Targets.Select(target => $"\"{target.Asset}\": {DecimalText.Format(target.Weight)}"));

    private static string Account(string id, SimulatedAccountOptions options)
    {
        var fields = new List<string> { $"\"kind\": \"{options.Kind}\"", $"\"exchange\": \"{options.Exchange}\"", "\"hours\": \"always-open\"" };
        if (options.FeeAsset is { } feeAsset)
        {
            fields.Add($"\"feeAsset\": \"{feeAsset}\"");
        }

        if (options.Kind == "broker")
        {
            fields.Add($"\"ticketFee\": {DecimalText.Format(options.TicketFee)}");
        }

        fields.Add($"\"balances\": {{ {string.Join(", ", options.Balances.Select(balance => $"\"{balance.Key}\": {DecimalText.Format(balance.Value)}"))} }}");
        return $"    {{ \"id\": \"{id}\", \"venue\": \"simulated\", \"options\": {{ {string.Join(", ", fields)} }} }}";
    }
}
