using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Configuration;

/// <summary>Reads one entry of <c>accounts</c>.</summary>
/// <param name="mayBeStored">Whether its credentials may stand in the journal's database, as those of an account added at runtime.</param>
public sealed class AccountReader(string directory, InputErrors errors, bool mayBeStored = false)
{
    public AccountConfiguration Read(JsonFields fields)
    {
        var account = new AccountConfiguration
        {
            Id = Names.ReadId(fields),
            Venue = fields.RequiredText("venue"),
            Endpoint = fields.Text("endpoint"),
            Credentials = ReadCredentials(fields.Object("credentials")),
            Assets = ReadAssets(fields),
            Reserve = fields.Number("reserve") ?? 0,
            Taxable = fields.Flag("taxable") ?? true,
            Lots = ReadLots(fields),
            PollSeconds = Numbers.Positive(fields, "pollSeconds") ?? 10,
            PricePollSeconds = Numbers.Positive(fields, "pricePollSeconds") ?? 2,
            Options = fields.Value("options") switch
            {
                null => null,
                LocatedObject options => options,
                var other => NotAnObject(fields, other),
            },
            Line = fields.Line,
            Directory = directory,
            Text = RedactedJson.Format(new LocatedObject(fields.Line, fields.Members)),
        };
        fields.RejectUnknown();
        if (account.Reserve < 0)
        {
            fields.Report("reserve", "must not be negative", "give the cash to keep, in base currency");
        }

        return account;
    }

    /// <summary>Empty where no file is named, or after saying what is wrong with it.</summary>
    private SortedDictionary<string, IReadOnlyList<TaxLot>> ReadLots(JsonFields fields)
    {
        try
        {
            return fields.Text("lots") is { } file ? LotsFile.Read(Path.GetFullPath(file, directory), file) : new(StringComparer.Ordinal);
        }
        catch (InvalidInputException wrong)
        {
            foreach (var error in wrong.Errors)
            {
                fields.Report("lots", $"{wrong.File}{(error.Line > 0 ? $":{error.Line}" : "")}: {(error.Field.Length > 0 ? $"{error.Field}: " : "")}{error.Problem}", error.Remedy);
            }

            return new(StringComparer.Ordinal);
        }
    }

    /// <summary>Null when absent, or after refusing a literal: the message must not repeat it.</summary>
    internal static SecretReference? ReadSecret(JsonFields fields, string name, string directory)
    {
        switch (fields.Value(name))
        {
            case null:
                return null;
            case LocatedText text when SecretReference.Parse(text.Value, directory) is { } secret:
                return secret;
            default:
                fields.Report(name, "must not hold the secret itself", SecretReference.Remedy);
                return null;
        }
    }

    private SortedDictionary<string, SecretReference> ReadCredentials(JsonFields? fields)
    {
        var credentials = new SortedDictionary<string, SecretReference>(StringComparer.Ordinal);
        foreach (var member in fields?.Members ?? [])
        {
            var stored = fields!.Value(member.Name) is LocatedText text ? SecretReference.ParseStored(text.Value) : null;
            if (stored is not null && !mayBeStored)
            {
                fields.Report(member.Name, "cannot refer to a stored credential", "'account add --credentials-stdin' stores them for accounts added at runtime; here " + SecretReference.Remedy);
            }
            else if ((stored ?? ReadSecret(fields, member.Name, directory)) is { } secret)
            {
                credentials[member.Name] = secret;
            }
        }

        return credentials;
    }

    /// <summary>A list of names; <c>"*"</c>, alone or in a list, is all the venue lists.</summary>
    private IReadOnlyList<string> ReadAssets(JsonFields fields)
    {
        if (fields.Value("assets") is LocatedText { Value: "*" })
        {
            return [];
        }

        var assets = Names.ReadList(fields, "assets", errors);
        return assets.Contains("*") ? [] : assets;
    }

    private static LocatedObject? NotAnObject(JsonFields fields, LocatedJson other)
    {
        fields.Report("options", $"must be an object, is {other.Kind}", "write { \"name\": value, … }");
        return null;
    }
}
