using System.Text;

namespace Rebalancer.Host.Api.Security;

/// <summary>What the security in front of the endpoints found out about a request.</summary>
public static class CallerExtensions
{
    /// <summary>Header in which the holder of the local token says who asks; the command line sends the operating system's user.</summary>
    public const string OperatorHeader = "X-Operator";

    private const int LongestName = 100;
    private const int LongestReason = 500;

    public static void Set(this HttpContext context, Caller caller, Session? session)
    {
        context.Items[typeof(Caller)] = caller;
        context.Items[typeof(Session)] = session;
    }

    /// <summary>Null for someone who only looks at the page of this machine.</summary>
    public static Caller? Caller(this HttpContext context) => context.Items[typeof(Caller)] as Caller;

    public static Session? Session(this HttpContext context) => context.Items[typeof(Session)] as Session;

    /// <summary>
    /// Who asks for a change and why, as it is journaled. Whoever holds an issued token is who it was issued to, whatever the header says.
    /// Control characters go: the text is shown on terminals and in logs.
    /// </summary>
    public static Operator By(this HttpContext context, string? why)
    {
        var caller = context.Caller() ?? throw new InvalidOperationException("A change comes from a caller who is known.");
        var claimed = OneLine(context.Request.Headers[OperatorHeader].ToString(), LongestName);
        var who = !caller.IsLocal ? caller.Name : claimed.Length > 0 ? claimed : context.Session() is null ? "api" : "dashboard";
        return new Operator(who, string.IsNullOrWhiteSpace(why) ? "no reason given" : OneLine(why, LongestReason));
    }

    private static string OneLine(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, longest)))
        {
            line.Append(char.IsControl(character) ? ' ' : character);
        }

        return line.ToString().Trim();
    }
}
