using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Common.Json;

/// <summary>Exact decimals out of JSON numbers and of texts that hold a number, exponents allowed.</summary>
public static class JsonNumbers
{
    /// <summary>Null after reporting that the value is no number, or one that 28 digits cannot hold exactly.</summary>
    public static decimal? Read(LocatedJson value, string path, InputErrors errors)
    {
        var text = value switch
        {
            LocatedNumber number => number.Text,
            LocatedText quoted => quoted.Value,
            _ => null,
        };
        if (text is not null && DecimalText.TryParse(text, out var result))
        {
            return result;
        }

        errors.Add(value.Line, path, $"must be a number of at most 28 digits, is {value.Kind}", "write a number or a decimal text, as 0.25 or \"0.25\"");
        return null;
    }
}
