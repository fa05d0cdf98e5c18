using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Host.Notifications;

namespace Rebalancer.Host.Configuration;

/// <summary>One receiver of notifications.</summary>
/// <param name="Url">Where it is; a secret, for whoever knows it can write there.</param>
/// <param name="Secret">Its messages are signed with this; null: they are not.</param>
public sealed record NotificationConfiguration(
    string Kind, SecretReference Url, SecretReference? Secret, IReadOnlyList<NotificationKind> On, TimeSpan Timeout);

/// <summary>Reads <c>notifications</c>.</summary>
internal static class NotificationReader
{
    private const int DefaultTimeoutSeconds = 10;

    private static readonly (string Word, NotificationKind Kind)[] Words =
    [
        ("decision", NotificationKind.Decision), ("order", NotificationKind.Order), ("halt", NotificationKind.Halt), ("stale", NotificationKind.Stale),
    ];

    /// <summary>Null after reporting what is missing.</summary>
    public static NotificationConfiguration? Read(JsonFields fields, string directory, InputErrors errors)
    {
        var kind = fields.RequiredText("kind");
        if (kind.Length > 0 && !NotifierProviders.Kinds.Contains(kind))
        {
            fields.Report("kind", $"\"{kind}\" is not known", $"use {string.Join(", ", NotifierProviders.Kinds.Select(known => $"\"{known}\""))}");
        }

        var url = AccountReader.ReadSecret(fields, "url", directory);
        if (url is null && !fields.IsPresent("url"))
        {
            fields.Report("url", "is missing", SecretReference.Remedy);
        }

        var secret = AccountReader.ReadSecret(fields, "secret", directory);
        var timeout = Numbers.Positive(fields, "timeoutSeconds") ?? DefaultTimeoutSeconds;
        var on = ReadKinds(fields, errors);
        fields.RejectUnknown();
        return url is null ? null : new NotificationConfiguration(kind, url, secret, on, TimeSpan.FromSeconds(timeout));
    }

    private static List<NotificationKind> ReadKinds(JsonFields fields, InputErrors errors)
    {
        if (!fields.IsPresent("on"))
        {
            return [.. Words.Select(entry => entry.Kind)];
        }

        var kinds = new List<NotificationKind>();
        foreach (var item in fields.Items("on"))
        {
            var index = item is LocatedText text ? Array.FindIndex(Words, entry => entry.Word == text.Value) : -1;
            if (index >= 0)
            {
                kinds.Add(Words[index].Kind);
            }
            else
            {
                errors.Add(item.Line, fields.FieldPath("on"), $"holds {(item is LocatedText other ? $"\"{other.Value}\"" : item.Kind)}, which is nothing to be told of",
                    $"use {string.Join(", ", Words.Select(entry => $"\"{entry.Word}\""))}");
            }
        }

        return kinds;
    }
}
