using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>
/// Every page of a running demo, as its owner uses them. Where Chromium is installed it walks them, presses the buttons and looks at what was drawn;
/// without one the pages are asked for and their forms sent, which every machine can.
/// </summary>
public sealed partial class DashboardTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly string[] Pages = ["", "accounts", "plan", "risk", "orders", "audit", "cluster"];

    /// <summary>Set to a directory, it takes pictures of every page for the documentation.</summary>
    private static readonly string? Images = Environment.GetEnvironmentVariable("REBALANCER_DASHBOARD_IMAGES");

    public static TheoryData<string> Readers => File.Exists(Chromium) ? ["no browser", "Chromium"] : ["no browser"];

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task EveryPage_ShowsTheDemoAndItsButtonsWork(string reader)
    {
        await service.UntilAsync(
            decisions => decisions.EnumerateArray().Any(entry => entry.GetProperty("decision").GetProperty("status").GetString() == "completed"), "decisions");
        if (reader == "Chromium")
        {
            await UseChromiumAsync();
        }
        else
        {
            await UseHttpAsync();
        }
    }

    private async Task UseHttpAsync()
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        using var form = new FormUrlEncodedContent([new("token", service.Token)]);
        var home = await (await client.PostAsync("login", form)).Content.ReadAsStringAsync();
        home.ShouldContain("Sign out");
        foreach (var page in Pages)
        {
            var text = await client.GetStringAsync(page);
            text.ShouldContain("<main id=\"main\"");
            text.ShouldNotContain("None yet");
        }

        var decision = Decision().Match(await client.GetStringAsync("audit")).Groups["id"].Value;
        (await client.GetStringAsync($"audit/{decision}")).ShouldContain("filled");
        client.DefaultRequestHeaders.Add("X-CSRF-Token", Csrf().Match(WebUtility.HtmlDecode(home)).Groups["token"].Value);
        (await PostAsync(client, "ui/replay", ("decision", decision))).ShouldContain("identical, byte for byte");
        (await PostAsync(client, "ui/halt", ("Why", "a look at the button"))).ShouldContain("Everything is halted");
        (await client.GetStringAsync("")).ShouldContain("a look at the button");
        (await PostAsync(client, "ui/resume")).ShouldContain("trades again");
    }

    private async Task UseChromiumAsync()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, ColorScheme = ColorScheme.Light });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) => errors.AddRange(message.Type == "error" ? [message.Text] : Array.Empty<string>());
        await SignInAsync(page);
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1440), (ColorScheme.Dark, 800) })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 900);
            await LookAtAllAsync(page, $"{scheme.ToString().ToLowerInvariant()}");
        }

        await HaltAndResumeAsync(page);
        await AddAccountAsync(page);
        await ApproveAsync(page);
        errors.ShouldBeEmpty();
    }

    private async Task SignInAsync(IPage page)
    {
        await page.GotoAsync(new Uri(service.Address, "login").ToString());
        await page.FillAsync("#token", service.Token);
        await page.ClickAsync("button.primary");
        await page.WaitForSelectorAsync("text=Sign out");
    }

    private async Task LookAtAllAsync(IPage page, string scheme)
    {
        foreach (var path in Pages)
        {
            await LookAtAsync(page, path, scheme, path.Length == 0 ? "overview" : path);
        }

        await page.GotoAsync(new Uri(service.Address, "audit").ToString());
        var why = await page.Locator("tbody tr:last-child th a").GetAttributeAsync("href");
        await LookAtAsync(page, why!.TrimStart('/'), scheme, "why");
    }

    /// <summary>Nothing sticks out of the window, and every chart is drawn and has its table.</summary>
    private async Task LookAtAsync(IPage page, string path, string scheme, string name)
    {
        await page.GotoAsync(new Uri(service.Address, path).ToString());
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} is wider than the window");
        foreach (var chart in await page.Locator("[data-chart]").AllAsync())
        {
            await chart.Locator("canvas").First.WaitForAsync();
            (await page.Locator("[data-table-of] tbody tr").CountAsync()).ShouldBeGreaterThan(0, name);
        }

        if (Images is not null)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(Images, $"{name}-{scheme}.png"), FullPage = name != "why" });
        }
    }

    private async Task HaltAndResumeAsync(IPage page)
    {
        await page.GotoAsync(service.Address.ToString());
        await page.ClickAsync("summary:has-text('Halt or resume')");
        await page.FillAsync("input[name=Why]", "odd prices");
        await page.ClickAsync("button:has-text('Halt everything')");
        await page.WaitForSelectorAsync("#notice :text('Everything is halted')");
        await page.WaitForSelectorAsync("#halts :text('odd prices')");
        await page.ClickAsync("button:has-text('Resume everything')");
        await page.WaitForSelectorAsync("#notice :text('trades again')");
        await page.Locator("#halts .halt").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private async Task AddAccountAsync(IPage page)
    {
        // From now on decisions wait for a person.
        await service.ChangeSettingsAsync(settings => settings.Replace("\"mode\": \"paper\"", "\"mode\": \"paper\", \"approval\": \"manual\"", StringComparison.Ordinal));
        await page.GotoAsync(new Uri(service.Address, "accounts").ToString());
        await page.ClickAsync("summary:has-text('Add an account')");
        await page.FillAsync("input[name=Id]", "elm-new");
        await page.FillAsync("input[name=Venue]", "simulated");
        await page.FillAsync("textarea[name=Options]", """{ "kind": "broker", "exchange": "elm", "hours": "always-open", "balances": { "USD": 40000 } }""");
        await page.ClickAsync("button:has-text('Add account')");
        await page.WaitForSelectorAsync("#notice :text('elm-new is added')");
        await page.WaitForSelectorAsync("#accounts th:has-text('elm-new')");
    }

    /// <summary>Prices move: a plan that is no longer the one looked at gives way to a new one, which is looked at and approved in its turn.</summary>
    private async Task ApproveAsync(IPage page)
    {
        await page.GotoAsync(new Uri(service.Address, "plan").ToString());
        var answer = "";
        while (!answer.Contains("orders were sent out", StringComparison.Ordinal))
        {
            await page.EvaluateAsync("document.getElementById('notice').replaceChildren()");
            await page.ClickAsync("#approve");
            answer = await page.Locator("#notice .notice").InnerTextAsync();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<string> PostAsync(HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await client.PostAsync(path, form);
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("href=\"/audit/(?<id>[^\"]+)\"", RegexOptions.RightToLeft, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decision();

    [GeneratedRegex("X-CSRF-Token\":\"(?<token>[0-9a-f]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Csrf();
}
