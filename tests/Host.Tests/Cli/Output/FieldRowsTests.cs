using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Tests.Cli.Output;

public sealed class FieldRowsTests
{
    [Fact]
    public void Csv_OfOneAnswer_IsALineAFieldNamedFromTheOutsideIn()
    {
        using var text = new StringWriter();
        FieldRows.WriteCsv(text, new { done = true, fee = 1.50m, note = "a, \"b\"", orders = new[] { new { asset = "BTC", reason = (string?)null } }, none = Array.Empty<int>() });
        text.ToString().ReplaceLineEndings("\n").ShouldBe("Field,Value\ndone,true\nfee,1.5\nnote,\"a, \"\"b\"\"\"\norders.0.asset,BTC\norders.0.reason,\n");
    }

    [Fact]
    public void Csv_OfAFormulaFromOutside_StaysText()
    {
        using var text = new StringWriter();
        FieldRows.WriteCsv(text, new { name = "=HYPERLINK()" });
        text.ToString().ShouldContain("name,'=HYPERLINK()");
    }
}
