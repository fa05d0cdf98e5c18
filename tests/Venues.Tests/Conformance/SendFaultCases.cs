using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What may befall an order on its way, and whether the venue then has it.</summary>
public static class SendFaultCases
{
    public static TheoryData<SimulatedFaults, bool> Ambiguous => new()
    {
        { new SimulatedFaults { LostBeforeArrival = 1 }, false },
        { new SimulatedFaults { ReplyLost = 1 }, true },
        { new SimulatedFaults { SlowReply = 1 }, true },
        { new SimulatedFaults { LateAcceptance = 1 }, true },
        { new SimulatedFaults { ServerErrorAccepted = 1 }, true },
        { new SimulatedFaults { ServerErrorRefused = 1 }, false },
        { new SimulatedFaults { GarbledReply = 1 }, true },
    };
}
