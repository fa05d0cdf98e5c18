using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Demo;

/// <summary>Progress on stderr: lines for what happens and, on a terminal only, one line that is rewritten with where the portfolio stands.</summary>
public sealed class DemoProgress(CliContext context)
{
    private const string ClearLine = "\r\u001b[2K";
    private bool _showing;

    public void Say(string line)
    {
        Clear();
        context.Error.WriteLine($"{context.Clock.GetUtcNow().UtcDateTime:HH:mm:ss} {line}");
    }

    public void Show(ServiceStatus status)
    {
        if (!context.ErrorIsTerminal || status.Portfolios.Count == 0)
        {
            return;
        }

        var portfolio = status.Portfolios[0];
        Clear();
        context.Error.Write(
            $"  {Display.Money(portfolio.TotalValue, portfolio.BaseCurrency)}, score {Display.Score(portfolio.Score)}, {portfolio.Accounts.Sum(account => account.OpenIntents)} orders open"
            + (portfolio.WaitingFor.Count > 0 ? $", waiting: {portfolio.WaitingFor[0]}" : ""));
        _showing = true;
    }

    /// <summary>Ends the rewritten line.</summary>
    public void Clear()
    {
        if (_showing)
        {
            context.Error.Write(ClearLine);
            _showing = false;
        }
    }
}
