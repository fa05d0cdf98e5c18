using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rebalancer.Host.Notifications;

namespace Rebalancer.Host.Tests.Notifications;

public sealed class WebhookNotifierTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Notification Halt = new(
        "account/kraken/7", NotificationKind.Halt, new DateTimeOffset(2026, 11, 21, 15, 0, 0, TimeSpan.Zero), "account/kraken", "account/kraken is halted by ann: \"why\" & ü",
        new(StringComparer.Ordinal) { ["event"] = "account-halted" });

    [Theory]
    [InlineData("a-plain-secret")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public async Task Send_SignsIdTimeAndBody(string secret)
    {
        await using var hook = new Hook(204);
        using var notifier = new WebhookNotifier(new Uri(hook.Address), secret, TimeProvider.System, Patience);
        await notifier.SendAsync(Halt, TestContext.Current.CancellationToken);

        var delivery = hook.Received.ShouldHaveSingleItem();
        delivery.Id.ShouldBe("account/kraken/7");
        var key = secret.StartsWith("whsec_", StringComparison.Ordinal) ? Convert.FromBase64String(secret[6..]) : Encoding.UTF8.GetBytes(secret);
        delivery.Signature.ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{delivery.Id}.{delivery.Timestamp}.{delivery.Body}"))));
        var body = JsonDocument.Parse(delivery.Body).RootElement;
        (body.GetProperty("type").GetString(), body.GetProperty("text").GetString()).ShouldBe(("halt", Halt.Text));
        body.GetProperty("data").GetProperty("event").GetString().ShouldBe("account-halted");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Send_AnsweredAnythingButSuccess_Fails_AndFollowsNoRedirect(int status)
    {
        await using var hook = new Hook(status);
        using var notifier = new WebhookNotifier(new Uri(hook.Address), null, TimeProvider.System, Patience);
        var failure = await Should.ThrowAsync<NotificationException>(notifier.SendAsync(Halt, TestContext.Current.CancellationToken));
        failure.Message.ShouldStartWith($"the receiver answered {status}");
        hook.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_ToAReceiverThatHangsOrIsGone_FailsWithoutNamingTheAddress()
    {
        await using (var hook = new Hook(0))
        {
            using var waiting = new WebhookNotifier(new Uri(hook.Address), null, TimeProvider.System, TimeSpan.FromMilliseconds(200));
            (await Should.ThrowAsync<NotificationException>(waiting.SendAsync(Halt, TestContext.Current.CancellationToken))).Message.ShouldBe("the receiver did not answer within 0.2 s");
        }

        using var notifier = new WebhookNotifier(new Uri("http://127.0.0.1:1/hook/s3cret-path"), "s3cret", TimeProvider.System, Patience);
        var failure = await Should.ThrowAsync<NotificationException>(notifier.SendAsync(Halt, TestContext.Current.CancellationToken));
        failure.Message.ShouldStartWith("the receiver cannot be reached");
        failure.Message.ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("hooks.example/x", null, "url: is not an address")]
    [InlineData("ftp://hooks.example/x", null, "url: is not an address")]
    [InlineData("https://hooks.example/x", "whsec_***", "secret: what follows whsec_ is no Base64")]
    public void Open_WithWhatCannotBeUsed_SaysSoWithoutShowingIt(string url, string? secret, string expected)
    {
        var failure = Should.Throw<FormatException>(() => NotifierProviders.Of("webhook").Open(new NotifierSettings(url, secret, Patience, TimeProvider.System)));
        failure.Message.ShouldStartWith(expected);
        failure.Message.ShouldNotContain("hooks.example");
    }
}
