namespace Rebalancer.Host.Notifications;

/// <summary>What a notifier is given; the secrets are looked up.</summary>
/// <param name="Secret">Null where the settings name none.</param>
public sealed record NotifierSettings(string Url, string? Secret, TimeSpan Timeout, TimeProvider WallClock);

/// <summary>Opens notifiers of one kind.</summary>
public interface INotifierProvider
{
    /// <summary>As <c>kind</c> of the settings.</summary>
    string Kind { get; }

    /// <exception cref="FormatException">The address or the secret is not what this kind takes; the message does not show it.</exception>
    INotifier Open(NotifierSettings settings);
}

/// <summary>The kinds of notifier there are. A new one is a line here.</summary>
public static class NotifierProviders
{
    public static IReadOnlyList<INotifierProvider> All { get; } = [new WebhookProvider()];

    public static IReadOnlyList<string> Kinds { get; } = [.. All.Select(provider => provider.Kind)];

    public static INotifierProvider Of(string kind) => All.First(provider => provider.Kind == kind);
}

/// <summary>Opens <see cref="WebhookNotifier"/>s.</summary>
public sealed class WebhookProvider : INotifierProvider
{
    public string Kind => "webhook";

    public INotifier Open(NotifierSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new FormatException("url: is not an address; keep one as https://… there");
        }

        try
        {
            return new WebhookNotifier(url, settings.Secret, settings.WallClock, settings.Timeout);
        }
        catch (FormatException failure)
        {
            throw new FormatException("secret: what follows whsec_ is no Base64; copy it again", failure);
        }
    }
}
