using System.CommandLine;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer token create|list|revoke</c>: tokens for other people and programs. Works with the service running or stopped.</summary>
public static class TokenCommand
{
    public static Command Create(CliContext context) => new Command("token", "Tokens for other people and programs: create, list, revoke")
    {
        CreateCreate(context),
        CreateList(context),
        CreateRevoke(context),
    }.WithExamples("rebalancer token create grafana --role read --data data/demo", "rebalancer token list --data data/demo");

    private static Command CreateCreate(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "Of its holder; it is journaled as who asked" };
        var role = new Option<Role>("--role") { Description = "read, operate (decide, halt, resume, pause) or admin (add and remove accounts)", DefaultValueFactory = _ => Role.Read };
        var days = new Option<int?>("--expires-days") { Description = "Days it is good for; by default it does not expire", HelpName = "N" };
        var command = new Command("create", "Make a token and print it, once") { name, role, days }
            .WithExamples("rebalancer token create ann --role operate --expires-days 90");
        command.SetAction(parse =>
        {
            var holder = parse.GetRequiredValue(name);
            if (holder.Length is 0 or > 60 || holder.Any(char.IsControl))
            {
                throw CommandException.BadInput("NAME: must have 1 to 60 characters that can be printed");
            }

            if (parse.GetValue(days) is < 1 or > 36500)
            {
                throw CommandException.BadInput("--expires-days: must be from 1 to 36500");
            }

            TimeSpan? lifetime = parse.GetValue(days) is { } count ? TimeSpan.FromDays(count) : null;
            var (token, text) = IssuedToken.Create(holder, parse.GetValue(role), context.Clock.GetUtcNow(), lifetime);
            Store(context, parse).Add(token);
            context.WriteValue(parse, new { id = token.Id, name = token.Name, role = token.Role, expiresAt = token.ExpiresAt, token = text }, [text]);
            context.Error.WriteLine($"Token {token.Id} of {token.Name}, role {Word(token.Role)}. It is shown this once and kept only as a hash.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateList(CliContext context)
    {
        Column<TokenRow>[] columns =
        [
            new("Id", token => token.Id),
            new("Name", token => token.Name),
            new("Role", token => Word(token.Role)),
            new("Created", token => Display.Time(token.CreatedAt)),
            new("Expires", token => token.ExpiresAt is { } end ? Display.Time(end) : "never"),
            new("State", token => token.State),
        ];
        var command = new Command("list", "Every token issued, without its secret").WithExamples("rebalancer token list");
        command.SetAction(parse =>
        {
            context.WriteRows(parse, [.. Store(context, parse).Read().Select(token => TokenRow.Of(token, context.Clock.GetUtcNow()))], columns);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateRevoke(CliContext context)
    {
        var id = new Argument<string>("ID") { Description = "As 'token list' shows it" };
        var command = new Command("revoke", "End a token at once") { id }.WithExamples("rebalancer token revoke 3f9a01bc");
        command.SetAction(parse =>
        {
            var wanted = parse.GetRequiredValue(id);
            if (!Store(context, parse).Revoke(wanted, context.Clock.GetUtcNow()))
            {
                throw CommandException.BadInput($"ID: there is no token '{wanted}'; 'rebalancer token list' shows them");
            }

            context.WriteValue(parse, new { id = wanted, revoked = true }, [$"{wanted} is revoked."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static TokenStore Store(CliContext context, ParseResult parse) => new(ServiceAddress.FindData(context, parse).Data.IssuedTokens);

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>What anyone may see of a token: neither its secret nor its hash.</summary>
    private sealed record TokenRow(string Id, string Name, Role Role, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, string State)
    {
        public static TokenRow Of(IssuedToken token, DateTimeOffset now) => new(
            token.Id, token.Name, token.Role, token.CreatedAt, token.ExpiresAt, token.RevokedAt,
            token.RevokedAt is not null ? "revoked" : token.IsGood(now) ? "good" : "expired");
    }
}
