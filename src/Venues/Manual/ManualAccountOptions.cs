using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Venues.Manual;

/// <summary>The <c>options</c> of an account whose venue is <c>manual</c>.</summary>
public sealed record ManualAccountOptions
{
    private static readonly (string Word, bool Meaning)[] PriceSources = [("portfolio", false), ("file", true)];

    private static readonly (string Word, int Meaning)[] Kinds = [("broker", 0), ("exchange", 1), ("retirement", 2), ("bank", 3)];

    /// <summary>Full path of the CSV file of positions.</summary>
    public string Positions { get; init; } = "";

    /// <summary>Only rows of this account count, where the file has several.</summary>
    public string? Account { get; init; }

    /// <summary>Names of the file's columns that differ from the usual ones, by their meaning.</summary>
    public SortedDictionary<string, string> Columns { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Money that the file does not list, by currency.</summary>
    public SortedDictionary<string, decimal> Cash { get; init; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether the file's own prices may value what no other account quotes; a price of the portfolio's other accounts has precedence while it
    /// is fresher.
    /// </summary>
    public bool UsesPricesOfFile { get; init; }

    /// <summary>Preference of location and tax.</summary>
    public string Kind { get; init; } = "broker";

    /// <summary>Reads the options and reports what is wrong with them; the answer is usable when nothing was.</summary>
    public static ManualAccountOptions Read(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(errors);
        var path = account.Path + ".options";
        if (account.Options is null || JsonFields.Of(account.Options, path, errors) is not { } fields)
        {
            errors.Add(account.Line, path, "is missing", "add \"options\": { \"positions\": \"positions.csv\" }");
            return new ManualAccountOptions();
        }

        var options = new ManualAccountOptions
        {
            Positions = fields.RequiredText("positions") is { Length: > 0 } file ? Path.GetFullPath(file, BaseOf(account)) : "",
            Account = fields.Text("account"),
            Columns = ReadColumns(fields.Object("columns")),
            Cash = ReadCash(fields.Object("cash")),
            UsesPricesOfFile = fields.Choice("prices", PriceSources) ?? false,
            Kind = fields.Choice("kind", Kinds) is { } kind ? Kinds[kind].Word : "broker",
        };
        fields.RejectUnknown();
        return options;
    }

    private static string BaseOf(VenueAccount account) => account.Directory.Length > 0 ? account.Directory : Directory.GetCurrentDirectory();

    private static SortedDictionary<string, string> ReadColumns(JsonFields? fields)
    {
        var columns = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var meaning in PositionColumns.Meanings)
        {
            if (fields?.Text(meaning) is { } name)
            {
                columns[meaning] = name;
            }
        }

        fields?.RejectUnknown();
        return columns;
    }

    private static SortedDictionary<string, decimal> ReadCash(JsonFields? fields)
    {
        var cash = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var member in fields?.Members ?? [])
        {
            cash[member.Name] = fields!.Number(member.Name) ?? 0;
        }

        return cash;
    }
}
