using Rebalancer.Host.Api.Security;
using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Host.Tests.Api.Security;

public sealed class SessionsTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly SimulationScheduler _time = new(1);

    [Fact]
    public void Find_OfAnotherNodesSession_WithTheSameToken_IsTheSameSession()
    {
        var started = new Sessions(Secret, _time.Clock).Start("3f9a01bc");

        new Sessions(Secret, _time.Clock).Find(started.Cookie).ShouldBe(started);
        started.TokenId.ShouldBe("3f9a01bc");
        started.CsrfToken.ShouldNotBe(new Sessions(Secret, _time.Clock).Start("3f9a01bc").CsrfToken);
    }

    [Fact]
    public void Find_WithAnotherToken_OrAnyCharacterChanged_IsNothing()
    {
        var sessions = new Sessions(Secret, _time.Clock);
        var cookie = sessions.Start(null).Cookie;

        new Sessions(Secret + "x", _time.Clock).Find(cookie).ShouldBeNull();
        for (var index = 0; index < cookie.Length; index++)
        {
            var other = cookie[index] == '1' ? '2' : '1';
            sessions.Find($"{cookie[..index]}{other}{cookie[(index + 1)..]}").ShouldBeNull($"character {index}");
        }

        foreach (var none in new[] { null, "", ".", "...", "....", cookie + ".", "x." + cookie, cookie[..^1], "9999999999999999999999.-.a.b" })
        {
            sessions.Find(none).ShouldBeNull();
        }

        sessions.Find(cookie).ShouldNotBeNull().TokenId.ShouldBeNull();
    }

    [Fact]
    public void Find_AfterTwelveHours_OrSignedOut_IsNothing()
    {
        var sessions = new Sessions(Secret, _time.Clock);
        var (kept, left) = (sessions.Start(null), sessions.Start(null));
        sessions.End(new Session(left.Cookie, new Caller("local", Role.Admin, IsLocal: true), left.CsrfToken, left.ExpiresAt));

        sessions.Find(left.Cookie).ShouldBeNull();
        _time.RunFor(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(2));
        sessions.Find(kept.Cookie).ShouldNotBeNull();
        _time.RunFor(TimeSpan.FromSeconds(2));
        sessions.Find(kept.Cookie).ShouldBeNull();
    }
}
