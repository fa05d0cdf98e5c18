using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Journals;

public sealed class DelegatingJournalTests
{
    [Fact]
    public void EveryMethodOfAJournal_IsForwarded_AlsoOneWithADefault() =>
        typeof(DelegatingJournal).GetInterfaceMap(typeof(IJournal)).TargetMethods
            .ShouldAllBe(method => method.DeclaringType == typeof(DelegatingJournal));
}
