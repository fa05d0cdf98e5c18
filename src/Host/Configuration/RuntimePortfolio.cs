using System.Text.Json;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Configuration;

/// <summary>A portfolio given while the service runs, written as it would stand in the settings file.</summary>
/// <param name="Settings">What it says; its accounts may be none yet.</param>
/// <param name="Fields">What it was read from, for errors that need the rest of the settings to be seen.</param>
public sealed record RuntimePortfolio(PortfolioSettings Settings, JsonFields Fields, InputErrors Errors, string Source)
{
    /// <summary>Of a request, not of the settings file.</summary>
    private const string RequestField = "portfolio";

    /// <summary>The text of a portfolio that came in a request, as an object or as its text.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string TextOf(JsonElement portfolio, string source) => portfolio.ValueKind switch
    {
        JsonValueKind.Undefined => throw new InvalidInputException(
            source, [new InputError(0, RequestField, "is missing", "give it as it would stand in \"portfolios\" of the settings file")]),
        JsonValueKind.String => portfolio.GetString()!,
        _ => portfolio.GetRawText(),
    };

    /// <param name="text">JSON, comments allowed.</param>
    /// <param name="directory">Of the settings file, for files named in it.</param>
    /// <param name="source">The file's name in messages.</param>
    /// <exception cref="InvalidInputException">It could not stand in a settings file; every mistake is named with its line.</exception>
    public static RuntimePortfolio Read(string text, string directory, string source = RequestField)
    {
        var errors = new InputErrors();
        var fields = JsonFields.OfText(text, source, errors);
        var settings = new PortfolioReader(directory, errors, mayBeEmpty: true).Read(fields);
        errors.ThrowIfAny(source);
        return new RuntimePortfolio(settings, fields, errors, source);
    }

    /// <summary>Refuses accounts that are not there, or that another portfolio counts and spends.</summary>
    /// <param name="ownerOf">The id of the portfolio that has the account; null while none has.</param>
    /// <exception cref="InvalidInputException">There is one; every mistake is named with its line.</exception>
    public void CheckAccounts(IReadOnlyCollection<string> known, Func<string, string?> ownerOf)
    {
        foreach (var id in Settings.Accounts)
        {
            if (!known.Contains(id))
            {
                var nearest = NearestName.Of(id, known);
                Fields.Report(
                    "accounts", $"\"{id}\" is not one of the accounts",
                    nearest is null ? "leave it out and add it to the portfolio with 'rebalancer account add'" : $"did you mean \"{nearest}\"? Otherwise leave it out and add it to the portfolio with 'rebalancer account add'");
            }
            else if (ownerOf(id) is { } owner)
            {
                Fields.Report("accounts", $"\"{id}\" already belongs to portfolio \"{owner}\"", "an account belongs to one portfolio: leave it out, or remove that portfolio first");
            }
        }

        Errors.ThrowIfAny(Source);
    }

    /// <summary>Refuses real orders that were not agreed to twice more: with the service's start, and by the portfolio's id.</summary>
    /// <exception cref="InvalidInputException">Its mode is live and one of them lacks.</exception>
    public void CheckConsent(RunConsent consent, bool isConfirmed)
    {
        if (Settings.Mode != TradingMode.Live || consent.DryRun)
        {
            return;
        }

        if (!consent.Live)
        {
            Fields.Report("mode", "\"live\" sends real orders, which this service was not started for", "start it with 'rebalancer run --live' to allow them, or write \"paper\"");
        }
        else if (!isConfirmed)
        {
            Fields.Report(
                "mode", $"portfolio \"{Settings.Id}\" is about to send real orders for the first time and nobody has confirmed it",
                $"add --confirm-live {Settings.Id} (\"confirmLive\" in the API), or write \"paper\"");
        }

        Errors.ThrowIfAny(Source);
    }
}
