using Spectre.Console;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>Asks a person: with arrow keys where there is a keyboard, else line by line, as from a file of answers.</summary>
internal sealed class Questions(CliContext context, IAnsiConsole? keyboard)
{
    public static Questions Of(CliContext context) => new(
        context, context.IsInteractive ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Out) }) : null);

    /// <param name="usual">Taken when the person only presses enter.</param>
    public string Ask(string question, string usual)
    {
        if (keyboard is not null)
        {
            return keyboard.Prompt(new TextPrompt<string>($"{Markup.Escape(question)} [grey]({Markup.Escape(usual)})[/]:").DefaultValue(usual).HideDefaultValue()).Trim();
        }

        context.Out.Write($"{question} [{usual}]: ");
        var answer = context.In.ReadLine() ?? throw CommandException.BadInput("-i: the input ended before all questions were answered; give the options instead");
        return string.IsNullOrWhiteSpace(answer) ? usual : answer.Trim();
    }

    /// <param name="choices">The first is the usual one.</param>
    public string Choose(string question, IReadOnlyList<(string Word, string Meaning)> choices) => keyboard is null
        ? Ask($"{question}: {string.Join(", ", choices.Select(choice => choice.Word))}", choices[0].Word)
        : keyboard.Prompt(new SelectionPrompt<(string Word, string Meaning)>().Title(Markup.Escape(question)).AddChoices(choices)
            .UseConverter(choice => Markup.Escape($"{choice.Word}: {choice.Meaning}"))).Word;
}
