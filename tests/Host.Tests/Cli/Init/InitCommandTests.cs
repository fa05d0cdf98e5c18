using Rebalancer.Host.Cli;
using Rebalancer.Host.Cli.Init;
using Rebalancer.Host.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rebalancer.Host.Tests.Cli.Init;

public sealed class InitCommandTests : IDisposable
{
    private readonly Terminal _terminal = new();

    [Theory]
    [InlineData("mixed", "paper-exchange,paper-broker,paper-retirement", "bands")]
    [InlineData("balanced", "paper-broker", "weekly")]
    [InlineData("all-seasons", "paper-retirement", "monthly")]
    [InlineData("crypto", "paper-exchange", "monthly")]
    public async Task Init_WithEverythingGiven_WritesSettingsThatTheServiceTakes(string preset, string accounts, string rebalance)
    {
        (await _terminal.RunAsync("init", "--preset", preset, "--accounts", accounts, "--rebalance", rebalance)).ShouldBe(ExitCode.Done, _terminal.Error);
        _terminal.Out.ShouldContain("run --config rebalancer.json");

        (await _terminal.RunAsync("config", "check")).ShouldBe(ExitCode.Done, _terminal.Error);
        var loaded = ConfigurationFile.Load(Path.Combine(_terminal.Directory, "rebalancer.json"), "rebalancer.json", new SortedDictionary<string, string>());
        loaded.Configuration.Portfolios.ShouldHaveSingleItem().Mode.ShouldBe(Rebalancer.Domain.Portfolios.TradingMode.Paper);
        loaded.Configuration.Accounts.Select(account => account.Id).ShouldBe(accounts.Split(','));
        loaded.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Init_OffATerminalWithQuestionsLeft_NamesTheOptions()
    {
        (await _terminal.RunAsync("init", "--preset", "mixed")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("give --preset, --accounts and --rebalance instead");
        _terminal.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task Init_WhereSettingsAre_LeavesThemAlone()
    {
        _terminal.Write("rebalancer.json", "{}");
        (await _terminal.RunAsync("init", "--preset", "crypto", "--accounts", "paper-exchange", "--rebalance", "bands")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("--force");
        (await File.ReadAllTextAsync(Path.Combine(_terminal.Directory, "rebalancer.json"), TestContext.Current.CancellationToken)).ShouldBe("{}");
    }

    [Theory]
    [InlineData("mixed", "paper-broker", "none of them trades BTC, ETH; add paper-exchange")]
    [InlineData("mixd", "paper-broker", "did you mean 'mixed'")]
    [InlineData("mixed", "paper-brokr", "did you mean 'paper-broker'")]
    public async Task Init_OfWhatCannotBe_SaysWhatWouldDo(string preset, string accounts, string expected)
    {
        (await _terminal.RunAsync("init", "--preset", preset, "--accounts", accounts, "--rebalance", "bands")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain(expected);
    }

    [Fact]
    public void Conversation_WithArrowKeys_TakesWhatTheyPointAt()
    {
        using var screen = new StringWriter();
        var console = new ScriptedConsole(screen, ConsoleKey.DownArrow, ConsoleKey.Enter, ConsoleKey.Enter, ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.Enter);
        var answers = new InitConversation(console).Complete(new InitAnswers(null, null, null));

        answers.Portfolio!.Name.ShouldBe("balanced");
        answers.Accounts!.Select(account => account.Id).ShouldBe(["paper-broker", "paper-retirement"]);
        answers.Strategy!.Name.ShouldBe("monthly");
        screen.ToString().ShouldContain("VTI 16,000 USD");
    }

    [Fact]
    public void Preset_WithTheAccountsThatAreChosenForIt_CanBeReached()
    {
        foreach (var portfolio in InitPresets.Portfolios)
        {
            var answers = new InitAnswers(portfolio, InitPresets.AccountsFor(portfolio), InitPresets.Strategies[0]);
            answers.Homeless.ShouldBeEmpty(portfolio.Name);
            answers.OutOfReach().ShouldBe(0, portfolio.Name);
        }
    }

    [Fact]
    public void Conversation_WhenNoAccountTradesAnAsset_AsksForAccountsAgain()
    {
        using var screen = new StringWriter();

        // First the exchange is taken out, then everything is left in.
        var console = new ScriptedConsole(screen, ConsoleKey.Spacebar, ConsoleKey.Enter, ConsoleKey.Enter);
        var answers = new InitConversation(console).Complete(new InitAnswers(InitPresets.Portfolios[0], null, InitPresets.Strategies[0]));

        answers.Homeless.ShouldBeEmpty();
        screen.ToString().ShouldContain("No account of these trades BTC, ETH");
    }

    public void Dispose() => _terminal.Dispose();

    /// <summary>A terminal whose person presses these keys.</summary>
    private sealed class ScriptedConsole(StringWriter screen, params ConsoleKey[] keys) : IAnsiConsole, IAnsiConsoleInput
    {
        private readonly Queue<ConsoleKey> _keys = new(keys);

        private readonly IAnsiConsole _inner = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(screen),
        });

        public Profile Profile => _inner.Profile;

        public IAnsiConsoleCursor Cursor => _inner.Cursor;

        public IAnsiConsoleInput Input => this;

        public IExclusivityMode ExclusivityMode => _inner.ExclusivityMode;

        public RenderPipeline Pipeline => _inner.Pipeline;

        public void Clear(bool home) => _inner.Clear(home);

        public void Write(IRenderable renderable) => _inner.Write(renderable);

        public bool IsKeyAvailable() => _keys.Count > 0;

        public ConsoleKeyInfo? ReadKey(bool intercept) => new ConsoleKeyInfo('\0', _keys.Dequeue(), shift: false, alt: false, control: false);

        public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) => Task.FromResult(ReadKey(intercept));
    }
}
