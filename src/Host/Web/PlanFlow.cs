using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Web;

/// <summary>A plan as money that flows: from what is sold, and cash, through accounts, to what is bought, and cash.</summary>
public sealed record PlanFlow(string Currency, IReadOnlyList<FlowNode> Nodes, IReadOnlyList<FlowLink> Links)
{
    public static PlanFlow Of(RebalanceDecided decided)
    {
        var (nodes, links) = (new List<FlowNode>(), new List<FlowLink>());
        foreach (var account in decided.Plan.Trades.GroupBy(trade => trade.Account, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var at = Node(nodes, "account", account.Key);
            var (sold, bought) = (0m, 0m);
            foreach (var trade in account)
            {
                var value = trade.Notional * QuotePrice(decided, trade.Quote);
                if (trade.Side == TradeSide.Sell)
                {
                    links.Add(new FlowLink(Node(nodes, "sold", trade.Asset), at, value));
                    sold += value;
                }
                else
                {
                    links.Add(new FlowLink(at, Node(nodes, "bought", trade.Asset), value));
                    bought += value;
                }
            }

            if (bought > sold)
            {
                links.Add(new FlowLink(Node(nodes, "cash-used", "Cash"), at, bought - sold));
            }
            else if (sold > bought)
            {
                links.Add(new FlowLink(at, Node(nodes, "cash-kept", "Cash"), sold - bought));
            }
        }

        return new PlanFlow(decided.Settings.BaseCurrency, nodes, links);
    }

    private static decimal QuotePrice(RebalanceDecided decided, string quote) =>
        quote == decided.Settings.BaseCurrency ? 1 : decided.Problem.Prices[quote];

    private static string Node(List<FlowNode> nodes, string kind, string label)
    {
        var id = $"{kind} {label}";
        if (nodes.All(node => node.Id != id))
        {
            nodes.Add(new FlowNode(id, kind, label));
        }

        return id;
    }
}

/// <param name="Kind">sold, cash-used, account, bought or cash-kept.</param>
public sealed record FlowNode(string Id, string Kind, string Label);

/// <param name="Value">In base currency.</param>
public sealed record FlowLink(string From, string To, decimal Value);
