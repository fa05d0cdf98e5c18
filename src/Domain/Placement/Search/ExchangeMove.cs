namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Two accounts exchange two assets: what one trades more of the first asset the other trades less of, and the second asset pays for it the
/// other way round, so that no asset's sum and hardly an account's cash changes. Placement is a transportation problem with fixed charges, whose
/// plans differ by such cycles; single trades and their repairs seldom make one. The amount is one that ends one of the four trades.
/// </summary>
internal sealed class ExchangeMove(SearchState state, AnnealingMoves moves, AccountTrades trades, SearchRandom random)
{
    private const int MostDraws = 4;
    private const int Corners = 4;
    private const double FromTradedOfAsset = 0.8;
    private const double FromTradedOfAccount = 0.9;

    private readonly SearchProblem _problem = state.Problem;

    /// <summary>Changes nothing where a few draws find no cycle through the trade.</summary>
    public void Make(int first)
    {
        var (account, asset) = (_problem.Account[first], _problem.Asset[first]);
        var second = Draw(state.Traded.OfAsset(asset), state.Traded.TradedInAsset(asset), FromTradedOfAsset);
        var other = _problem.Account[second];
        for (var draw = 0; draw < MostDraws && other != account; draw++)
        {
            var third = Draw(state.Traded.OfAccount(other), state.Traded.TradedInAccount(other), FromTradedOfAccount);
            var fourth = _problem.Asset[third] == asset ? -1 : trades.Find(account, _problem.Asset[third]);
            if (fourth >= 0 && (state.Value[third] != 0 || state.Value[fourth] != 0))
            {
                Turn(first, second, third, fourth);
                return;
            }
        }
    }

    private int Draw(ReadOnlySpan<int> all, int traded, double fromTraded) =>
        all[random.Next(traded > 0 && random.NextUnit() < fromTraded ? traded : all.Length)];

    private void Turn(int first, int second, int third, int fourth)
    {
        ReadOnlySpan<double> ends = [-state.Value[first], state.Value[second], -state.Value[third], state.Value[fourth]];
        var corner = random.Next(Corners);
        while (ends[corner] == 0)
        {
            corner = (corner + 1) % Corners;
        }

        // Lots and limits may let a corner change by something else than asked: the next one follows what really happened.
        var changed = Change(first, ends[corner]);
        changed = Change(second, -changed);
        changed = Change(third, -changed);
        Change(fourth, -changed);
    }

    private double Change(int trade, double by)
    {
        var before = state.Value[trade];
        moves.ChangeTo(trade, before + by);
        return state.Value[trade] - before;
    }
}
