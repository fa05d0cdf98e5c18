using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Tests.Configuration;

public sealed class RuntimePortfolioTests
{
    private const string Good = """
        {
          // comments are allowed, as in the settings file
          "id": "second", "baseCurrency": "USD",
          "targets": { "method": "fixed", "weights": { "BTC": 0.5 } },
          "accounts": [ "cold" ],
        }
        """;

    [Fact]
    public void Read_AsItWouldStandInTheSettingsFile_IsTheSamePortfolio()
    {
        var settings = Read(Good).Settings;

        (settings.Id, settings.BaseCurrency, settings.Mode).ShouldBe(("second", "USD", TradingMode.Paper));
        settings.Accounts.ShouldBe(["cold"]);
        Read(Good.Replace("\"cold\"", "", StringComparison.Ordinal)).Settings.Accounts.ShouldBeEmpty("accounts can be added to it later");
    }

    [Theory]
    [InlineData("\"targets\"", "\"target\"", "second.json:4: target: is not a known field; did you mean \"targets\"?")]
    [InlineData("0.5", "1.5", "second.json:4: targets.weights")]
    [InlineData("\"id\": \"second\"", "\"id\": \"a b\"", "second.json:3: id: \"a b\" cannot be an id")]
    [InlineData("],", "", "second.json:6: is not valid JSON")]
    public void Read_AMistake_IsNamedWithFileLineAndField(string right, string wrong, string expected) =>
        Should.Throw<InvalidInputException>(() => Read(Good.Replace(right, wrong, StringComparison.Ordinal))).Message.ShouldContain(expected);

    [Fact]
    public void CheckAccounts_UnknownOrTaken_NamesTheLineAndWhoHasIt()
    {
        Should.NotThrow(() => Read(Good).CheckAccounts(["cold"], _ => null));
        Should.Throw<InvalidInputException>(() => Read(Good).CheckAccounts(["gold"], _ => null))
            .Message.ShouldStartWith("second.json:5: accounts: \"cold\" is not one of the accounts; did you mean \"gold\"?");
        Should.Throw<InvalidInputException>(() => Read(Good).CheckAccounts(["cold"], _ => "main"))
            .Message.ShouldStartWith("second.json:5: accounts: \"cold\" already belongs to portfolio \"main\"");
    }

    [Fact]
    public void CheckConsent_OfModeLive_NeedsTheFlagAndThePortfoliosId()
    {
        var live = Good.Replace("\"baseCurrency\"", "\"mode\": \"live\", \"baseCurrency\"", StringComparison.Ordinal);

        Should.Throw<InvalidInputException>(() => Read(live).CheckConsent(new RunConsent(Live: false, DryRun: false), isConfirmed: true)).Message.ShouldContain("second.json:3: mode");
        Should.Throw<InvalidInputException>(() => Read(live).CheckConsent(new RunConsent(Live: true, DryRun: false), isConfirmed: false)).Message.ShouldContain("--confirm-live second");
        Should.NotThrow(() => Read(live).CheckConsent(new RunConsent(Live: true, DryRun: false), isConfirmed: true));
        Should.NotThrow(() => Read(live).CheckConsent(new RunConsent(Live: false, DryRun: true), isConfirmed: false));
    }

    [Fact]
    public void TextOf_ARequestWithoutAPortfolio_SaysSo()
    {
        Should.Throw<InvalidInputException>(() => RuntimePortfolio.TextOf(default, "portfolio")).Message.ShouldContain("portfolio: is missing");
        Should.Throw<InvalidInputException>(() => Rebalancer.Host.Hosting.NewCredentials.Take(new(null, default, null))).Message.ShouldContain("account: is missing");
    }

    private static RuntimePortfolio Read(string text) => RuntimePortfolio.Read(text, "/", "second.json");
}
