namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>What one block of the relaxation does under some prices.</summary>
/// <param name="Cost">What that costs without the prices of the rows that other blocks share.</param>
/// <param name="Sides">Which sides trade, how much, and with what weight where the solution lies between two points.</param>
/// <param name="Rows">What it uses up of the shared rows; numbered as in <see cref="SharedRows"/>.</param>
internal sealed record BlockSolution(int Block, double Cost, List<BlockTrade> Sides, List<(int Row, double Use)> Rows);

/// <param name="Side">Side of <see cref="Search.SearchProblem"/>.</param>
internal readonly record struct BlockTrade(int Side, double Value, double Weight);

/// <summary>The rows whose prices tie the blocks of the relaxation together: the resource rows, the copies of the deviation rows, the gain budget.</summary>
/// <param name="Resources">How many resource rows there are; they come first, and their use is at most their room.</param>
/// <param name="Copies">How many deviation rows there are; their use is nothing.</param>
internal readonly record struct SharedRows(int Resources, int Copies)
{
    public int Gain => Resources + Copies;

    public int Count => Gain + 1;
}
