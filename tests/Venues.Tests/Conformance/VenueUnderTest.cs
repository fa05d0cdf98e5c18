using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>An order as the venue itself has it, whatever the adapter says.</summary>
public sealed record BookedOrder(string? ClientId, decimal Quantity, decimal Filled, bool IsOpen);

/// <param name="Arrives">Whether the venue then has the order.</param>
/// <param name="PlanAsync">Has it befall the next placement.</param>
public sealed record SendFault(string Name, bool Arrives, Func<IVenue, Task> PlanAsync);

/// <param name="Kind">What the failure is called.</param>
/// <param name="PlanAsync">Has it befall all that is asked from now on.</param>
/// <param name="IsForAll">Whether it befalls every question; else that for balances.</param>
public sealed record QueryFault(string Name, VenueErrorKind Kind, Func<IVenue, Task> PlanAsync, bool IsForAll = true);

/// <param name="Code">Of the refusal.</param>
public sealed record RefusedOrder(decimal Quantity, decimal Price, string Code);

/// <summary>
/// A venue that runs here, simulated or emulated, with an account that holds an asset and money, and the means to move its market and to let
/// things go wrong on the way to it. What a venue cannot do it says here or in its <see cref="VenueCapabilities"/>, and is not asked for.
/// </summary>
public abstract class VenueUnderTest : IAsyncDisposable
{
    public abstract MarketId Market { get; }

    /// <summary>Of the asset; it trades at once, and the account holds four times as much.</summary>
    public abstract decimal Size { get; }

    /// <summary>More than stands at the best price.</summary>
    public abstract decimal Large { get; }

    /// <summary>So far above the market that a sale at it rests.</summary>
    public abstract decimal FarPrice { get; }

    /// <summary>By the venue's clock, before the test.</summary>
    public abstract DateTimeOffset Since { get; }

    public virtual DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Whether a second order of the same client id is refused while the first is open. TWS takes <c>orderRef</c> for a remark.</summary>
    public virtual bool RefusesOpenClientIds => true;

    public virtual bool HasSeveralAccounts => true;

    public virtual bool HasClockOfItsOwn => true;

    /// <summary>Whether what is more than stands at the best price is filled in further parts.</summary>
    public virtual bool FillsInParts => true;

    /// <summary>Whether it limits how many orders it takes a second.</summary>
    public virtual bool LimitsRate => true;

    /// <summary>Orders that were asked for, refused ones included; null where nobody counts.</summary>
    public virtual int? Placements => null;

    public abstract IReadOnlyList<SendFault> SendFaults { get; }

    public abstract IReadOnlyList<QueryFault> QueryFaults { get; }

    public abstract IReadOnlyList<RefusedOrder> Refused { get; }

    public abstract Task StartAsync();

    /// <summary>The account, opened anew.</summary>
    public abstract Task<IVenue> OpenAsync();

    /// <summary>Another account of the venue.</summary>
    public virtual Task<IVenue> OpenSecondAsync() => throw new NotSupportedException($"{GetType().Name} has one account");

    /// <summary>The account where nobody listens; null for a venue that is no other process.</summary>
    public virtual IVenue? OpenNowhere() => null;

    public abstract Task<IReadOnlyList<BookedOrder>> ReadBookAsync();

    /// <summary>Has the market come to a buyer at that price, so that some of what it asks for is there.</summary>
    public abstract Task ComeToBuyerAsync(decimal price);

    public abstract Task DepositAsync(IVenue venue, decimal amount);

    /// <summary>Has the next order be one too many.</summary>
    public abstract Task ExceedRateAsync(IVenue venue);

    public virtual void Skew(TimeSpan by) => throw new NotSupportedException($"{GetType().Name} has no clock of its own");

    public abstract Task EndFaultsAsync(IVenue venue);

    /// <summary>Lets the venue's time pass until the task has ended.</summary>
    public virtual Task<T> EndAsync<T>(Task<T> task) => task;

    public abstract ValueTask DisposeAsync();
}
