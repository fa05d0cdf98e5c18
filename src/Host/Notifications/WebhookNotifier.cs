using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Notifications;

/// <summary>
/// Posts each notification as JSON, signed as https://www.standardwebhooks.com prescribes: headers <c>webhook-id</c>, <c>webhook-timestamp</c> and
/// <c>webhook-signature</c>, an HMAC-SHA256 over "id.timestamp.body". The address is never shown: for many services it is the secret.
/// </summary>
/// <param name="url">Absolute, http or https.</param>
/// <param name="secret">Text, or <c>whsec_</c> and Base64; null: not signed.</param>
public sealed class WebhookNotifier(Uri url, string? secret, TimeProvider wallClock, TimeSpan timeout) : INotifier
{
    private const string EncodedPrefix = "whsec_";
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(10);

    // A redirect would hand the message, and its signature, to whoever the first address names.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = timeout };
    private readonly byte[]? _key = secret is null ? null : KeyOf(secret);

    /// <exception cref="FormatException">What follows <c>whsec_</c> is no Base64.</exception>
    public static byte[] KeyOf(string secret) =>
        secret.StartsWith(EncodedPrefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[EncodedPrefix.Length..]) : Encoding.UTF8.GetBytes(secret);

    public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        using var request = Request(notification);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            // Its message may name the address.
            throw new NotificationException($"the receiver cannot be reached ({failure.HttpRequestError})", null, failure);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NotificationException($"the receiver did not answer within {timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", null, late);
        }

        using (response)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw new NotificationException($"the receiver answered {(int)response.StatusCode} {response.StatusCode}", Wish(response.Headers.RetryAfter));
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(Notification notification)
    {
        var body = JsonSerializer.Serialize(
            new { type = notification.Kind, timestamp = notification.At, id = notification.Id, text = notification.Text, subject = notification.Subject, data = notification.Details },
            JsonOutput.Compact);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var time = wallClock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add("webhook-id", notification.Id);
        request.Headers.Add("webhook-timestamp", time);
        if (_key is not null)
        {
            var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{notification.Id}.{time}.{body}"));
            request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(hash)}");
        }

        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("rebalancer", Hosting.Versions.Product));
        return request;
    }

    private TimeSpan? Wish(RetryConditionHeaderValue? header)
    {
        var wish = header?.Delta ?? (header?.Date is { } date ? date - wallClock.GetUtcNow() : null);
        return wish is { } time ? TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, LongestWish.Ticks)) : null;
    }

}
