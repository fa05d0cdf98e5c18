using System.Globalization;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// Amounts of one currency as sentences show them: two decimals, more where the whole portfolio is worth so little of the currency (0.05 BTC)
/// that two would hide everything.
/// </summary>
internal sealed record MoneyText(string Currency, int Decimals)
{
    private const int UsualDecimals = 2;
    private const int MostDecimals = 10;

    // At two decimals a portfolio of this size shows a thousandth of a percent of itself.
    private const decimal SizeForUsualDecimals = 1_000;

    public static MoneyText Of(Portfolio portfolio) => Of(portfolio.TotalValue, portfolio.Problem.BaseCurrency);

    public static MoneyText Of(decimal totalValue, string currency)
    {
        var decimals = UsualDecimals;
        for (var size = Math.Abs(totalValue); size is > 0 and < SizeForUsualDecimals && decimals < MostDecimals; size *= 10)
        {
            decimals++;
        }

        return new MoneyText(currency, decimals > UsualDecimals + 1 ? decimals : UsualDecimals);
    }

    public string Of(decimal amount) => $"{Number(amount)} {Currency}";

    public string Number(decimal amount) => Math.Round(amount, Decimals).ToString("#,##0." + new string('0', Decimals), CultureInfo.InvariantCulture);

    /// <summary>True where the amount would be shown as zero.</summary>
    public bool IsNothing(decimal amount) => Math.Round(amount, Decimals) == 0;
}
