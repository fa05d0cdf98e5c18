using System.Text.Json.Nodes;
using System.Text.Json;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>account</c>: the accounts, on whichever node they live.</summary>
internal sealed class AccountPalette(IServiceOperations operations) : IPbmPalette
{
    public string Name => "account";

    public string Description => "Accounts: list, add, pause, resume, remove";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("list", "account list", "Every account with value and state", async (_, cancellationToken) =>
            PbmAnswer.Of((await ListAsync(cancellationToken)).Select(entry => ItemOf(entry.Portfolio, entry.Account)))),
        new("show", "account show ID", "One account with its latest orders", ShowAsync),
        new(
            "add", "account add ID --venue VENUE [--portfolio ID] [--endpoint ADDRESS] [--options JSON] [--credentials JSON] [--why TEXT]",
            "Add an account; credentials are references such as env:NAME or file:PATH", AddAsync, Role: Role.Admin),
        new(
            "pause", "account pause ID [--why TEXT]", "Stop trading it; its balances still count",
            (call, cancellationToken) => call.ChangeAsync("is paused", by => operations.PauseAccountAsync(call.Id(), acceptStale: false, by, cancellationToken)),
            Role: Role.Operate),
        new(
            "resume", "account resume ID [--why TEXT]", "Let it trade again",
            (call, cancellationToken) => call.ChangeAsync("trades again", by => operations.ResumeAccountAsync(call.Id(), by, cancellationToken)), Role: Role.Operate),
        new(
            "remove", "account remove ID [--why TEXT]", "Take it out of its portfolio, its orders cancelled first",
            (call, cancellationToken) => call.ChangeAsync("is removed", by => operations.RemoveAccountAsync(call.Id(), by, cancellationToken)), Role: Role.Admin),
    ];

    private static PbmItem ItemOf(string portfolio, AccountValueView account) => new(
        $"{account.Id}  {account.Venue}  {(account.Value is { } value ? FormattableString.Invariant($"{value:0.00}") : "not valued yet")}  "
            + $"{account.State}{(account.Frozen is null ? "" : $": {account.Frozen}")}  {account.OpenIntents} open orders  read {account.BalancesAt?.ToString("u") ?? "never"}",
        new { portfolio, account });

    private async Task<IReadOnlyList<(string Portfolio, AccountValueView Account)>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await operations.GetStatusAsync(cancellationToken)).Portfolios.SelectMany(portfolio => portfolio.Accounts.Select(account => (portfolio.Id, account)))];

    private async Task<PbmAnswer> ShowAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var orders = await operations.GetOrdersAsync(call.Id(), limit: 10, cancellationToken);
        var (portfolio, account) = (await ListAsync(cancellationToken)).FirstOrDefault(entry => entry.Account.Id == call.Id());
        return PbmAnswer.Of((account is null ? [] : new[] { ItemOf(portfolio, account) }).Concat(orders.Select(OrderPalette.ItemOf)));
    }

    private async Task<PbmAnswer> AddAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var account = new JsonObject { ["id"] = call.Id(), ["venue"] = call.Arguments.RequiredOption("--venue") };
        if (call.Arguments.Option("--endpoint") is { } endpoint)
        {
            account["endpoint"] = endpoint;
        }

        foreach (var name in new[] { "options", "credentials" })
        {
            if (call.Arguments.Option("--" + name) is { } json)
            {
                account[name] = Parse(json, "--" + name);
            }
        }

        var request = new AddAccountRequest(call.Arguments.Option("--portfolio"), JsonSerializer.SerializeToElement(account), call.Arguments.Option("--why"));
        return await call.ChangeAsync("is added; it joins at its first complete reading", by => operations.AddAccountAsync(request, by, cancellationToken));
    }

    private static JsonNode? Parse(string json, string option)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            throw new PbmException($"{option}: is not JSON; write it as '{{\"name\": \"value\"}}', in single quotes");
        }
    }
}
