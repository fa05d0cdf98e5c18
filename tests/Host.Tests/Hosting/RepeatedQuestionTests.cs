using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class RepeatedQuestionTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private readonly SteppedClock _clock = new();
    private readonly List<TimeSpan> _waits = [];

    [Fact]
    public async Task Ask_WhenTheEntityMissedTheQuestion_AsksAgainUntilItAnswers()
    {
        (await AskAsync(unanswered: 3, TimeSpan.FromMinutes(2))).ShouldBe("answer");
        _waits.ShouldBe([First, 2 * First, 4 * First, 8 * First]);
    }

    [Fact]
    public async Task Ask_WhenNobodyEverAnswers_EndsWithTheLastTimeoutOnceTheTimeIsUp()
    {
        var failure = await Should.ThrowAsync<TimeoutException>(() => AskAsync(int.MaxValue, TimeSpan.FromSeconds(12)));
        failure.Message.ShouldBe("question 2");
        _waits.ShouldBe([First, TimeSpan.FromSeconds(7)]);
    }

    [Fact]
    public async Task Ask_WhenTheQuestionFails_DoesNotRepeatIt()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => RepeatedQuestion.AskAsync<string>(
            wait =>
            {
                _waits.Add(wait);
                throw new InvalidOperationException("no account of that name");
            },
            First, TimeSpan.FromMinutes(2), _clock));
        _waits.ShouldHaveSingleItem();
    }

    private Task<string> AskAsync(int unanswered, TimeSpan all) => RepeatedQuestion.AskAsync(
        wait =>
        {
            _waits.Add(wait);
            if (_waits.Count > unanswered)
            {
                return Task.FromResult("answer");
            }

            _clock.Pass(wait);
            throw new TimeoutException($"question {_waits.Count}");
        },
        First, all, _clock);

    private sealed class SteppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
