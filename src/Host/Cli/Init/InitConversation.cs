using Spectre.Console;

namespace Rebalancer.Host.Cli.Init;

/// <summary>Asks for what the command line has left open, with arrow keys, and shows what the answers come to.</summary>
public sealed class InitConversation(IAnsiConsole console)
{
    public InitAnswers Complete(InitAnswers answers)
    {
        var portfolio = answers.Portfolio ?? Choose("Which portfolio do you want to begin with?", InitPresets.Portfolios, preset => $"{preset.Name}: {preset.Description}");
        Show(portfolio, 0);
        var accounts = answers.Accounts ?? ChooseAccounts(portfolio);
        answers = new InitAnswers(portfolio, accounts, answers.Strategy);
        while (answers.Homeless.Count > 0)
        {
            console.MarkupLineInterpolated($"[yellow]No account of these trades {string.Join(", ", answers.Homeless)}: choose one more.[/]");
            answers = answers with { Accounts = ChooseAccounts(portfolio) };
        }

        Show(portfolio, answers.Accounts!.Sum(account => account.Cash));
        return answers with { Strategy = answers.Strategy ?? Choose("When should it trade?", InitPresets.Strategies, preset => $"{preset.Name}: {preset.Description}") };
    }

    private T Choose<T>(string title, IReadOnlyList<T> among, Func<T, string> text)
        where T : notnull =>
        console.Prompt(new SelectionPrompt<T>().Title(title).AddChoices(among).UseConverter(choice => Markup.Escape(text(choice))));

    private IReadOnlyList<AccountPreset> ChooseAccounts(PortfolioPreset portfolio)
    {
        var prompt = new MultiSelectionPrompt<AccountPreset>().Title("Which accounts? (space chooses, enter goes on)").AddChoices(InitPresets.Accounts)
            .UseConverter(account => Markup.Escape($"{account.Id}: {account.Description}"));
        InitPresets.AccountsFor(portfolio).ToList().ForEach(account => prompt.Select(account));
        return [.. console.Prompt(prompt).OrderBy(account => InitPresets.Accounts.Index().First(entry => entry.Item == account).Index)];
    }

    /// <summary>The allocation as one bar, and in money once it is known how much there is.</summary>
    private void Show(PortfolioPreset portfolio, decimal total)
    {
        Color[] colors = [Color.DodgerBlue2, Color.Orange3, Color.SeaGreen2, Color.MediumPurple, Color.Gold3, Color.IndianRed, Color.Grey];
        var chart = new BreakdownChart().Width(72);
        foreach (var (index, (asset, weight)) in portfolio.Weights.Index())
        {
            chart.AddItem(Label(asset, weight), (double)(100 * weight), colors[index % (colors.Length - 1)]);
        }

        var cash = 1 - portfolio.Weights.Sum(weight => weight.Weight);
        chart.AddItem(Label("cash", cash), (double)(100 * cash), colors[^1]);
        console.Write(chart.ShowPercentage());
        console.WriteLine();

        string Label(string asset, decimal weight) => total == 0 ? asset : $"{asset} {weight * total:#,##0} USD";
    }
}
