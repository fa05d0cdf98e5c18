using System.Globalization;
using System.Text;

namespace Rebalancer.Host.Cli.Init;

/// <summary>The settings file that comes of the answers, with comments for its new owner.</summary>
internal static class InitFile
{
    public static string Write(InitAnswers answers)
    {
        var text = new StringBuilder();
        Line("// Settings of Rebalancer. Comments are allowed; 'rebalancer config check' names every mistake with its line.");
        Line("// A running service applies a changed file within a second.");
        Line("{");
        Line("  \"journal\": \"sqlite:data/rebalancer.db\",");
        Line("  \"listen\": \"http://127.0.0.1:5080\",");
        Line("  \"portfolios\": [ {");
        Line("    \"id\": \"main\", \"baseCurrency\": \"USD\",");
        Line("    // paper: orders go to sandboxes and simulated venues. Real orders need \"live\" here and 'run --live' as well.");
        Line("    \"mode\": \"paper\",");
        Line("    // Shares of the whole portfolio over all accounts; what is left to 1 stays in cash.");
        Line($"    \"targets\": {{ \"method\": \"fixed\", \"weights\": {{ {string.Join(", ", answers.Portfolio!.Weights.Select(weight => $"\"{weight.Asset}\": {weight.Weight.ToString(CultureInfo.InvariantCulture)}"))} }} }},");
        answers.Strategy!.Lines.ToList().ForEach(line => Line($"    {line}"));
        Line("    // Half of what is bought and sold in 24 hours, as a share of the value; a first investment of everything is 0.5.");
        Line("    \"limits\": { \"maxDailyTurnover\": 0.6 },");
        Line($"    \"accounts\": [ {string.Join(", ", answers.Accounts!.Select(account => $"\"{account.Id}\""))} ]");
        Line("  } ],");
        Line("  // Add real ones later: 'rebalancer account add', or here; docs/venues says what each venue needs. Secrets are \"env:NAME\" or \"file:PATH\".");
        Line("  \"accounts\": [");
        Line(string.Join("," + Environment.NewLine, answers.Accounts!.Select(account => $"    {{ \"id\": \"{account.Id}\", \"venue\": \"simulated\", \"options\": {account.Options} }}")));
        Line("  ]");
        Line("}");
        return text.ToString();

        void Line(string line) => text.AppendLine(line);
    }
}
