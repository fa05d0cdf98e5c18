using Rebalancer.Host.Api;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary>Calls of operators as the palettes take them: about one account, portfolio or order, by somebody, for a reason.</summary>
internal static class OperatorCalls
{
    public static string Id(this PbmCall call) => call.Arguments.Required(0, "ID");

    public static Operator By(this PbmCall call) => new(call.Who, call.Arguments.Option("--why") ?? "pbm");

    /// <summary>Makes the change for who called, and answers what came of it.</summary>
    /// <param name="done">Said of the id, as "is paused".</param>
    public static async Task<PbmAnswer> ChangeAsync(this PbmCall call, string done, Func<Operator, Task> change)
    {
        await change(call.By());
        return PbmAnswer.Done($"{call.Id()} {done}.");
    }
}
