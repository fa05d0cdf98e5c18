using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.Observing;
using static Rebalancer.Simulation.Tests.Invariants.Scene;

namespace Rebalancer.Simulation.Tests.Invariants;

/// <summary>Every invariant notices its own violation, and no other one does.</summary>
public sealed class InvariantTests
{
    public static TheoryData<int, string> Violations
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (number, name) in Scenes.Keys)
                data.Add(number, name);
            return data;
        }
    }

    private static SortedDictionary<(int Invariant, string Name), Action<Scene>> Scenes { get; } = new()
    {
        [(1, "sent twice")] = scene => scene.BeforeEnd.Add(new Observation.SendStarted(At(22), "acc", "n1.1", scene.Request)),
        [(2, "sent after the deadline")] = scene => scene.SentAt = At(28),
        [(2, "armed before the wait after a takeover was over")] = scene => scene.BeforeArming.Add(new Observation.Recovering(At(18), "account/acc", "n1.1", 1, "n1.1")),
        [(2, "written under an epoch that is over")] = scene => scene.BeforeEnd.Add(
            scene.Appended(50, new FillCursorAdvanced(At(50), "1")) with { Epoch = 1, CurrentEpoch = 2 }),
        [(2, "written by another than the lease's owner")] = scene => scene.BeforeEnd.Add(
            scene.Appended(50, new FillCursorAdvanced(At(50), "1")) with { Owner = "n2.1" }),
        [(3, "books differ from the venue's at the end")] = scene => scene.AtEnd = state =>
        {
            var account = state.Accounts["acc"];
            state.Accounts["acc"] = account with { Expected = account.Expected.SetItem("USD", account.Expected["USD"] + 5) };
            return state;
        },
        [(3, "a fill was booked with another fee")] = scene => scene.Fill = scene.Fill with { Fee = 0.64m },
        [(4, "armed on old balances")] = scene => scene.Armed = scene.Armed with { BalancesReadAt = At(-20) },
        [(4, "armed on old rules")] = scene => scene.Armed = scene.Armed with { RulesReadAt = At(-4_000) },
        [(4, "armed across a clock that differs")] = scene =>
        {
            scene.Armed = scene.Armed with { BalancesReadAt = At(16) };
            scene.BeforeArming.Add(new Observation.BalancesGiven(At(16.2), "acc", "n1.1", TimeSpan.FromSeconds(4), ["BTC", "USD"]));
        },
        [(5, "armed with more than was read")] = scene => scene.Cash = 500,
        [(6, "outside the collar")] = scene => Limit(scene, 64_700),
        [(6, "off the tick")] = scene => Limit(scene, 64_010.005m),
        [(7, "more orders within a second than the rate allows")] = scene =>
        {
            for (var index = 2; index < 8; index++)
                scene.BeforeArming.Add(Another(scene, index));
        },
        [(8, "armed though the account is halted")] = scene => scene.BeforeArming.Add(
            new AccountHalted(At(20.5), "op", "why")),
        [(8, "armed though the portfolio is halted")] = scene => scene.BeforeArming.Add(
            scene.OfPortfolio(20.5, new TradingHalted("portfolio/main", "op", "why", At(20.5)))
                with { HaltChanges = [new HaltChange("portfolio/main", true, "op", "why")] }),
        [(8, "answered while a permit can still be sent")] = scene => scene.BeforeSend.Add(new Observation.HaltAnswered(At(21.05), "acc")),
        [(9, "armed at a price the venue never had")] = scene => scene.Armed = scene.Armed with { Quote = Quoted with { Bid = 63_000 } },
        [(10, "the snapshot differs from the events")] = scene => scene.AtEnd = state =>
        {
            state.Replayed["account/acc"] = ("one", "two");
            return state;
        },
        [(11, "an order's fills add up to something else")] = scene => scene.AtEnd = state =>
        {
            var account = state.Accounts["acc"];
            var order = account.Orders[scene.Planned.IntentId];
            state.Accounts["acc"] = account with { Orders = account.Orders.SetItem(order.IntentId, order with { FilledNotional = order.FilledNotional + 1 }) };
            return state;
        },
        [(12, "an asset stays outside its band")] = scene => scene.AtEnd = state =>
        {
            state.Weights["BTC"] = 0.9m;
            return state;
        },
        [(12, "an account stays halted")] = scene => scene.AtEnd = state =>
        {
            state.Accounts["acc"] = state.Accounts["acc"] with { TradingState = TradingState.Halted };
            return state;
        },
        [(13, "a part of a decision does not end")] = scene => scene.BeforeEnd.AddRange(
        [
            scene.Appended(50, new ExecutionAccepted(At(50), Plan("main-2-x"))),
            scene.Appended(4_000, new BalancesReported(At(4_000), At(4_000), [new Balance("BTC", 1, 0, 0, false)], [])),
        ]),
        [(14, "a slot fires twice for a date")] = scene => scene.BeforeEnd.AddRange(
        [
            scene.OfPortfolio(60, new SlotFired("2026-11-23T10:00:00", At(60))), scene.OfPortfolio(70, new SlotFired("2026-11-23T10:01:00", At(70))),
        ]),
        [(14, "a slot fires at the wrong hour")] = scene => scene.BeforeEnd.Add(
            scene.OfPortfolio(60, new SlotFired("2026-11-23T03:00:00", At(60)))),
    };

    [Fact]
    public void NothingWrong_NobodyObjects() => new Scene().Objections().ShouldBeEmpty();

    [Fact]
    public void EveryInvariant_HasAViolation() =>
        Scenes.Keys.Select(key => key.Invariant).Distinct().ShouldBe(Enumerable.Range(1, 14));

    [Theory]
    [MemberData(nameof(Violations))]
    public void Violation_IsReportedByItsInvariantAlone(int invariant, string name)
    {
        var scene = new Scene();
        Scenes[(invariant, name)](scene);

        scene.Objections().ShouldBe([invariant]);
    }

    private static void Limit(Scene scene, decimal price)
    {
        scene.Request = scene.Request with { LimitPrice = price };
        scene.Armed = scene.Armed with { Request = scene.Request };
    }

    private static ExecutionPlan Plan(string decision) => new(
        "main", decision, At(50), At(200), [], new ExecutionTerms(OrderType.Limit, TimeSpan.FromSeconds(60), 1, 0.01m, 1_000_000), [], []);

    /// <summary>A further order of the same decision, armed in the same second, that never goes out.</summary>
    private static Observation.Appended Another(Scene scene, int index)
    {
        var id = $"{scene.Planned.IntentId}-{index}";
        var market = new MarketId($"X{index}", "EUR");
        var order = scene.Planned with
        {
            IntentId = id, RootIntentId = id, ClientOrderId = ClientOrderId.For("acc", id), Market = market, Side = TradeSide.Sell,
            Reservation = new Reservation(market.Asset, 0),
        };
        var request = new OrderRequest(order.ClientOrderId, market, TradeSide.Sell, OrderType.Limit, 0, 64_000);
        var armed = scene.Armed with { IntentId = id, Request = request, Reservation = new Reservation(market.Asset, 0) };
        return scene.Appended(
            20.9, new IntentsPlanned(At(20.9), [order]), armed, new OrderNotSent(At(21), id, "never went out"));
    }
}
