namespace Rebalancer.Domain.Common.Input;

/// <summary>One thing wrong in a file that a person wrote: where, what, and what to do about it.</summary>
/// <param name="Line">Line in the file, from 1; 0 when the error belongs to no line (a missing file, an option).</param>
/// <param name="Field">Path of the field, as <c>accounts[0].markets[2].lotSize</c>; empty when the whole file is meant.</param>
public sealed record InputError(int Line, string Field, string Problem, string Remedy)
{
    /// <summary><c>file:line: field: what is wrong; what to do</c>.</summary>
    public string Describe(string file)
    {
        var place = Line > 0 ? $"{file}:{Line}" : file;
        var field = Field.Length > 0 ? $"{Field}: " : "";
        return $"{place}: {field}{Problem}; {Remedy}";
    }
}
