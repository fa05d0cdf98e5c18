using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>What must hold whatever happens in whatever order.</summary>
public sealed class AccountPropertyTests
{
    private const int Runs = 100;

    [Fact]
    public void Replay_FromZeroOrASnapshot_GivesTheSameState()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var scenario = Drive(seed);
            var written = CanonicalJson.Write(scenario.Account);

            CanonicalJson.Write(Account.Replay(scenario.Events)).ShouldBe(written, $"seed {seed}");
            var half = scenario.Events.Count / 2;
            var snapshot = CanonicalJson.Read<Account>(CanonicalJson.Write(Account.Replay(scenario.Events.Take(half))));
            CanonicalJson.Write(scenario.Events.Skip(half).Aggregate(snapshot, (state, e) => state.Evolve(e))).ShouldBe(written, $"seed {seed}");
        }
    }

    [Fact]
    public void Reservations_OnceBalancesHaveFollowed_EqualTheOrdersThatMayBeLive()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var scenario = Drive(seed);
            scenario.Wait(11);
            scenario.Apply(scenario.Account.Tick(scenario.Circumstances));
            scenario.Account.Orders.Values.ShouldAllBe(order => (order.Reservation != null) == !order.IsTerminal, $"seed {seed}");
            foreach (var asset in (string[])["USD", "BTC"])
            {
                var armed = scenario.Account.LiveOrders.Where(order => order.Reservation!.Asset == asset).Sum(order => order.Reservation!.Amount);
                (scenario.Account.Expected[asset] - armed).ShouldBeGreaterThanOrEqualTo(0, $"{asset}, seed {seed}");
            }
        }
    }

    [Fact]
    public void LiveOrders_AfterEveryEvent_AreThoseAmongAllOrders()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var account = Account.Empty;
            foreach (var happening in Drive(seed).Events)
            {
                account = account.Evolve(happening);
                account.LiveOrders.ShouldBe(account.Orders.Values.Where(order => order.MayBeLive), $"seed {seed}");
                (account with { Revision = account.Revision }).ShouldBe(account);
            }
        }
    }

    [Fact]
    public void Books_AreTheFirstReadingPlusFillsLessFees()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var scenario = Drive(seed);
            var fills = scenario.Events.OfType<FillBooked>().Select(e => e.Fill).ToList();
            var bitcoin = fills.Where(fill => fill.Market == AccountScenario.Btc).Sum(fill => Signed(fill) * fill.Quantity);
            var dollars = fills.Sum(fill => (-Signed(fill) * fill.Quantity * fill.Price) - fill.Fee);

            scenario.Account.Expected["BTC"].ShouldBe(2 + bitcoin, $"seed {seed}");
            scenario.Account.Expected["USD"].ShouldBe(10_000 + dollars, $"seed {seed}");
        }
    }

    [Fact]
    public void VenueUpdates_InAnyOrderAndNumber_EndInTheSameState()
    {
        var expected = string.Empty;
        for (var seed = 0; seed < Runs; seed++)
        {
            var scenario = new AccountScenario();
            scenario.PlanBuy();
            scenario.Arm();
            List<Action> updates =
            [
                () => scenario.Acknowledge(), () => scenario.Fill(0.2m, "t1"), () => scenario.Fill(0.3m, "t2"), () => scenario.Fill(0.1m, "t3"),
                () => scenario.Weigh(scenario.Evidence(closed: [scenario.Seen("d1-1", VenueOrderStatus.Cancelled, 0.6m)])),
                () => scenario.Weigh(scenario.Evidence(open: [scenario.Seen("d1-1", VenueOrderStatus.Open, 0.2m)])),
                () => scenario.Apply(scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("late"), scenario.Now)),
            ];
            var shuffled = updates.Concat(updates).ToArray();
            new Random(seed).Shuffle(shuffled);
            foreach (var update in shuffled)
            {
                update();
            }

            // What polling brings in the end, whatever came before.
            updates[4]();
            var order = scenario.Account.Orders["d1-1"];
            var state = CanonicalJson.Write((order.State, order.Filled, order.FilledNotional, order.Fills).ToString() + scenario.Account.TradingState);
            expected = expected.Length == 0 ? state : expected;
            state.ShouldBe(expected, $"seed {seed}");
        }
    }

    /// <summary>Random decisions, answers, fills, evidence and time.</summary>
    private static AccountScenario Drive(int seed)
    {
        var (scenario, random) = (new AccountScenario(), new Random(seed));
        for (var step = 0; step < 40; step++)
        {
            var live = scenario.Account.LiveOrders.FirstOrDefault()?.IntentId;
            switch (random.Next(8))
            {
                case 0:
                    scenario.Plan($"d{step}", AccountScenario.Terms, new PlannedIntent(
                        $"d{step}-1", AccountScenario.Btc, random.Next(2) == 0 ? TradeSide.Buy : TradeSide.Sell, random.Next(1, 60), 100));
                    break;
                case 1 or 2:
                    scenario.Ask([.. scenario.Account.Orders.Values.Where(order => order.State == OrderState.Planned).Select(order => order.IntentId)]);
                    break;
                case 3 when live is not null:
                    SendOutcome[] outcomes =
                    [
                        new SendOutcome.Ambiguous("?"), new SendOutcome.NotSent("late"), new SendOutcome.Rejected("X", "no"),
                        new SendOutcome.Acknowledged(scenario.Seen(live, VenueOrderStatus.Open)),
                    ];
                    scenario.Apply(scenario.Account.ReportSend(live, outcomes[random.Next(4)], scenario.Now));
                    break;
                case 4 when live is not null:
                    var left = scenario.Account.Orders[live].ArmedQuantity!.Value - scenario.Account.Orders[live].Filled;
                    scenario.Fill(random.Next(2) == 0 ? left : left / 2, $"t{step}", live);
                    break;
                case 5 when live is not null:
                    scenario.Weigh(scenario.Evidence(
                        closed: [scenario.Seen(live, VenueOrderStatus.Cancelled, scenario.Account.Orders[live].Filled)]));
                    break;
                default:
                    scenario.Wait(random.Next(1, 20));
                    scenario.Apply(scenario.Account.Tick(scenario.Circumstances));
                    break;
            }
        }

        return scenario;
    }

    private static int Signed(VenueFill fill) => fill.Side == TradeSide.Buy ? 1 : -1;
}
