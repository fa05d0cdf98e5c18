namespace Rebalancer.Domain.Common.Input;

/// <summary>Collects what is wrong in one file, so that a person sees every mistake at once and not one a run.</summary>
public sealed class InputErrors
{
    private readonly List<InputError> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <summary>In the order of the lines, so that they are read beside the file.</summary>
    public IReadOnlyList<InputError> InFileOrder => [.. _errors.OrderBy(error => error.Line)];

    public void Add(int line, string field, string problem, string remedy) => _errors.Add(new InputError(line, field, problem, remedy));

    /// <exception cref="InvalidInputException">Anything was reported.</exception>
    public void ThrowIfAny(string file)
    {
        if (Any)
        {
            throw new InvalidInputException(file, InFileOrder);
        }
    }
}

/// <summary>A file, option or setting is wrong; a process that meets it ends with exit code 2. The message has one line an error.</summary>
public sealed class InvalidInputException(string file, IReadOnlyList<InputError> errors)
    : Exception(string.Join('\n', errors.Select(error => error.Describe(file))))
{
    public string File { get; } = file;

    public IReadOnlyList<InputError> Errors { get; } = errors;
}
