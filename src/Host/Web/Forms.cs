using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Web;

/// <summary>The fields of the dashboard's forms that name something and say why.</summary>
/// <param name="Account">Null, with no portfolio either, means everything.</param>
public sealed record ActionForm(string? Account, string? Portfolio, string? Why)
{
    public HaltTarget Target => new(Empty(Account), Empty(Portfolio), BuysOnly: false);

    public static async ValueTask<ActionForm> BindAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new ActionForm(form["Account"], form["Portfolio"], form["Why"]);
    }

    public string Named => Empty(Account) ?? Empty(Portfolio) ?? "Everything";

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>The form that adds an account.</summary>
/// <param name="Credentials">A line each: name=env:NAME or name=file:PATH.</param>
/// <param name="Options">JSON, as in the settings file.</param>
public sealed record AccountForm(string Id, string Venue, string? Portfolio, string? Credentials, string? Options, string? Why)
{
    public static async ValueTask<AccountForm> BindAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new AccountForm(form["Id"].ToString(), form["Venue"].ToString(), form["Portfolio"], form["Credentials"], form["Options"], form["Why"]);
    }

    /// <summary>The account as it would stand in the settings file.</summary>
    /// <exception cref="OperationRefusedException">The options are no JSON.</exception>
    public JsonElement ToJson()
    {
        var account = new JsonObject { ["id"] = Id, ["venue"] = Venue };
        var references = new JsonObject();
        foreach (var line in (Credentials ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            references[at > 0 ? line[..at].Trim() : line] = at > 0 ? line[(at + 1)..].Trim() : "";
        }

        if (references.Count > 0)
        {
            account["credentials"] = references;
        }

        if (!string.IsNullOrWhiteSpace(Options))
        {
            try
            {
                account["options"] = JsonNode.Parse(Options);
            }
            catch (JsonException wrong)
            {
                throw new OperationRefusedException($"options: line {wrong.LineNumber + 1} is not JSON; write them as in the settings file, {{ \"kind\": \"exchange\" }}");
            }
        }

        return JsonSerializer.SerializeToElement(account);
    }
}
