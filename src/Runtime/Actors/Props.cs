namespace Rebalancer.Runtime.Actors;

/// <summary>How to make an actor, and how large its mailbox and stash may grow.</summary>
/// <param name="Create">Called for every incarnation, on the runtime's scheduler.</param>
/// <param name="MailboxCapacity">Past it, senders that ask are answered <c>Busy</c> and other messages become dead letters.</param>
public sealed record Props(Func<Actor> Create, int MailboxCapacity = 100_000, int StashCapacity = 10_000);
