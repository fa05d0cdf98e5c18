using System.CommandLine;
using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer accounts</c>: every account with its value, state and the age of what is known of it.</summary>
public static class AccountsCommand
{
    internal static readonly Column<AccountValueView>[] Columns =
    [
        new("Account", account => account.Id),
        new("Venue", account => account.Venue),
        new("Value", account => account.Value is { } value ? Display.Amount(value) : "unknown", AlignRight: true,
            account => account.Value is { } value ? DecimalText.Format(value) : ""),
        new("State", account => account.State),
        new("Frozen", account => account.Frozen ?? ""),
        new("Open orders", account => account.OpenIntents.ToString(), AlignRight: true),
        new("Balances read", account => account.BalancesAt is { } at ? Display.Time(at) : "never"),
    ];

    public static Command Create(CliContext context)
    {
        var command = new Command("accounts", "The accounts of the running service: value, state, age of the last reading")
            .WithExamples("rebalancer accounts", "rebalancer accounts --output csv");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            var status = await client.GetAsync<ServiceStatus>("api/v1/status", cancellationToken);
            var assigned = status.Portfolios.SelectMany(portfolio => portfolio.Accounts).ToList();
            var all = await client.GetAsync<IReadOnlyList<AccountReport>>("api/v1/accounts", cancellationToken);
            context.WriteRows(parse, [.. assigned, .. all.Where(account => assigned.TrueForAll(known => known.Id != account.AccountId)).Select(Unassigned)], Columns);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>It is read, and counted nowhere: no portfolio has a currency to value it in.</summary>
    private static AccountValueView Unassigned(AccountReport account) => new(
        account.AccountId, account.Venue, null, "Unassigned", "it belongs to no portfolio", account.BalancesAt, account.OpenIntents);
}
