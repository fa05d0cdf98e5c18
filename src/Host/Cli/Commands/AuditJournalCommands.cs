using System.CommandLine;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Audit.Heads;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer audit verify</c> and <c>audit head</c>: that the journal is as it was written.</summary>
public static class AuditJournalCommands
{
    public static Command CreateVerify(CliContext context)
    {
        var head = new Option<string?>("--head")
        {
            Description = "A signed head kept elsewhere, or a directory of them: also finds what was changed so that the hashes fit again", HelpName = "FILE|DIR",
        };
        var key = new Option<string[]>("--key") { Description = "Public key in PEM the heads are signed with; by default the data directory's", HelpName = "FILE" };
        var command = new Command("verify", "Check the hash chain of every stream; 1 and the first bad event when one is not as it was written") { head, key }
            .WithExamples("rebalancer audit verify --data data/demo", "rebalancer audit verify --head /mnt/audit/heads --key audit-key.pub.pem");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var heads = parse.GetValue(head) is { } path ? ReadHeads(context, parse, context.Resolve(path), parse.GetValue(key) ?? []) : [];
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            var verification = await new JournalVerifier(journal.Journal).VerifyAsync([.. heads.Select(signed => signed.Head)], cancellationToken);
            context.WriteValue(
                parse,
                new { intact = verification.IsIntact, streams = verification.Streams, events = verification.Events, heads = heads.Count, faults = verification.Faults },
                verification.IsIntact
                    ? [$"{verification.Events} events of {verification.Streams} streams are as they were written.", .. Told(heads)]
                    : verification.Faults.Select(fault => fault.ToString()));
            return verification.IsIntact ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    public static Command CreateHead(CliContext context)
    {
        var command = new Command("head", "Sign where every stream ends now: kept where nobody who can write the journal can reach, it proves later what was changed")
            .WithExamples("rebalancer audit head --data data/demo > head.txt", "rebalancer audit head --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var (data, configuration) = ServiceAddress.FindData(context, parse);
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            using var key = HeadSetup.LoadKey(data, configuration?.Configuration.Audit, context.Variables, create: true);
            var signed = SignedHead.Sign(await JournalHead.ReadAsync(journal.Journal, context.Clock.GetUtcNow(), cancellationToken), key);
            if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Table)
            {
                // To the byte: its last line signs every one above it.
                context.Out.Write(signed);
                return ExitCode.Done;
            }

            context.WriteValue(parse, new { at = signed.Head.At, key = signed.KeyId, streams = signed.Head.Streams, document = signed.ToString() }, []);
            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<SignedHead> ReadHeads(CliContext context, ParseResult parse, string path, string[] keyFiles)
    {
        var keys = new List<HeadKey>();
        try
        {
            keys.AddRange(keyFiles.Select(file => HeadKey.Load(context.Resolve(file))));
            if (keys.Count == 0)
            {
                var (data, configuration) = ServiceAddress.FindData(context, parse);
                keys.Add(HeadSetup.LoadKey(data, configuration?.Configuration.Audit, context.Variables, create: false));
            }

            return HeadFiles.Read(path, keys);
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    }

    private static IEnumerable<string> Told(IReadOnlyList<SignedHead> heads) => heads.Count == 0
        ? []
        : [$"They hold what {(heads.Count == 1 ? "the signed head" : $"{heads.Count} signed heads")} said, the last of {heads[^1].Head.At:O} by key {heads[^1].KeyId}."];
}
