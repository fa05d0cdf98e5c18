using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Actors.MarketData;

/// <summary>Told by whoever reads a venue.</summary>
public sealed record QuotesSeen(string AccountId, IReadOnlyList<Quote> Quotes);

/// <summary>Ask. Answered by a list of <see cref="LastPrice"/>, by market and account.</summary>
public sealed record GetPrices;

/// <summary>Send every newer quote to the sender from now on, the last ones at once; ends with the subscriber.</summary>
public sealed record SubscribePrices;

/// <param name="AgeSeconds">Since the venue quoted it: a price never looks fresher than it is.</param>
public sealed record LastPrice(MarketId Market, string AccountId, decimal Bid, decimal Ask, DateTimeOffset At, double AgeSeconds);

/// <summary>Last prices of every market at every account, with their source and time. Keeps nothing across a restart: prices come again.</summary>
public sealed class PriceFeed : Actor
{
    private readonly SortedDictionary<(string Asset, string Quote, string Account), Quote> _last = [];
    private readonly List<IActorRef> _subscribers = [];

    protected override ValueTask ReceiveAsync(object message)
    {
        switch (message)
        {
            case QuotesSeen seen:
                Take(seen);
                break;
            case GetPrices:
                Context.Sender.Tell(Prices(), Context.Self);
                break;
            case SubscribePrices:
                Subscribe(Context.Sender);
                break;
            case Terminated terminated:
                _subscribers.Remove(terminated.Actor);
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected override object DescribeState() => new { Markets = _last.Count, Subscribers = _subscribers.Count };

    private void Take(QuotesSeen seen)
    {
        foreach (var quote in seen.Quotes)
        {
            var key = (quote.Market.Asset, quote.Market.Quote, seen.AccountId);
            // Readings overlap; an older quote that arrives late must not undo a newer one.
            if (_last.TryGetValue(key, out var known) && known.At >= quote.At)
            {
                continue;
            }

            _last[key] = quote;
            var price = Price(seen.AccountId, quote);
            _subscribers.ForEach(subscriber => subscriber.Tell(price, Context.Self));
        }
    }

    private void Subscribe(IActorRef subscriber)
    {
        if (!_subscribers.Contains(subscriber))
        {
            _subscribers.Add(subscriber);
            Context.Watch(subscriber);
        }

        foreach (var price in Prices())
        {
            subscriber.Tell(price, Context.Self);
        }
    }

    private IReadOnlyList<LastPrice> Prices() => [.. _last.Select(entry => Price(entry.Key.Account, entry.Value))];

    private LastPrice Price(string account, Quote quote) =>
        new(quote.Market, account, quote.Bid, quote.Ask, quote.At, (Context.Clock.GetUtcNow() - quote.At).TotalSeconds);
}
