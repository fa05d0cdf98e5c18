using Rebalancer.Extending;
using Rebalancer.Host.Notifications;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Notifications;

/// <summary>The notifier of docs/extending/notification.md, taken from that page by the build, does what the page says.</summary>
public sealed class ExtendingTests : IDisposable
{
    private static readonly Notification Notice = new("main/1", NotificationKind.Decision, DateTimeOffset.UnixEpoch, "portfolio/main", "decided", []);

    private readonly Terminal _terminal = new();

    [Fact]
    public async Task TheDocumentedNotifier_AppendsEach()
    {
        var path = Path.Combine(_terminal.Directory, "notices.jsonl");
        using var notifier = new FileProvider().Open(Settings(path));
        await notifier.SendAsync(Notice, TestContext.Current.CancellationToken);
        await notifier.SendAsync(Notice, TestContext.Current.CancellationToken);
        (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Length.ShouldBe(2);
    }

    [Fact]
    public void ThePagesExample_HasNoBackslash_WhichTheBuildWouldTakeForAPaths()
    {
        var page = File.ReadAllText(Path.Combine(Source.Root, "docs", "extending", "notification.md"));
        page.Split("```")[1].ShouldNotContain('\\');
    }

    [Fact]
    public async Task WhatItCannotWrite_ItSaysInTheTermsOfTheContract()
    {
        Should.Throw<FormatException>(() => new FileProvider().Open(Settings("notices.jsonl")));
        using var notifier = new FileProvider().Open(Settings(Path.Combine(_terminal.Directory, "missing", "notices.jsonl")));
        await Should.ThrowAsync<NotificationException>(notifier.SendAsync(Notice, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _terminal.Dispose();

    private static NotifierSettings Settings(string url) => new(url, null, TimeSpan.FromSeconds(1), TimeProvider.System);
}
