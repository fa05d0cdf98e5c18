namespace Rebalancer.Host.Pbm;

/// <summary>The nodes that lines can be carried out on.</summary>
public interface IPbmNodes
{
    /// <summary>Id of this node.</summary>
    string Self { get; }

    /// <summary>Ids of the living nodes, this one among them.</summary>
    IReadOnlyList<string> Living { get; }

    /// <summary>Has another node carry a line out; what keeps it from answering is the answer's error.</summary>
    Task<PbmAnswer> AskAsync(string node, PbmRequest request, CancellationToken cancellationToken);
}
