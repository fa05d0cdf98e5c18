using Rebalancer.Runtime.Journals.Postgres;

namespace Rebalancer.Runtime.Tests.Journals;

public class SharedQuestionTests
{
    private readonly List<TaskCompletionSource<int>> _asked = [];
    private readonly SharedQuestion<int> _question;

    public SharedQuestionTests()
    {
        _question = new SharedQuestion<int>(() =>
        {
            _asked.Add(new TaskCompletionSource<int>());
            return _asked[^1].Task;
        });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_WhileAQuestionIsUnderWay_SharesTheNextOne()
    {
        var first = _question.AskAsync(Cancellation);
        var others = Enumerable.Range(0, 100).Select(_ => _question.AskAsync(Cancellation)).ToList();
        _asked.Count.ShouldBe(1);

        _asked[0].SetResult(1);
        (await first).ShouldBe(1);
        _asked.Count.ShouldBe(2);
        others.ShouldAllBe(other => !other.IsCompleted);

        _asked[1].SetResult(2);
        (await Task.WhenAll(others)).ShouldAllBe(answer => answer == 2);
        _asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Ask_AfterAFailure_IsAskedAnew()
    {
        var failing = _question.AskAsync(Cancellation);
        var next = _question.AskAsync(Cancellation);

        _asked[0].SetException(new InvalidOperationException("the database is gone"));
        (await Should.ThrowAsync<InvalidOperationException>(() => failing)).Message.ShouldBe("the database is gone");

        _asked[1].SetResult(7);
        (await next).ShouldBe(7);
    }

    [Fact]
    public async Task Ask_WhenNobodyWaitsAnyMore_AsksAgainForTheNextCaller()
    {
        var first = _question.AskAsync(Cancellation);
        _asked[0].SetResult(1);
        await first;

        var second = _question.AskAsync(Cancellation);
        _asked[1].SetResult(2);
        (await second).ShouldBe(2);
    }

    [Fact]
    public async Task Ask_WhenOneCallerCancels_StillAnswersThoseWhoShareTheQuestion()
    {
        using var stop = new CancellationTokenSource();
        var impatient = _question.AskAsync(stop.Token);
        var (second, third) = (_question.AskAsync(stop.Token), _question.AskAsync(Cancellation));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        await Should.ThrowAsync<OperationCanceledException>(() => second);

        _asked[0].SetResult(1);
        _asked[1].SetResult(2);
        (await third).ShouldBe(2);
    }
}
