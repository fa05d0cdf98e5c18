namespace Rebalancer.Host.Cli.Weights;

/// <summary>Reads files named on the command line; one that cannot be read is bad input, said with its name.</summary>
internal static class InputFiles
{
    public static string ReadText(CliContext context, string path)
    {
        try
        {
            return File.ReadAllText(context.Resolve(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{path}: cannot be read ({exception.Message}); give a file that exists and may be read", exception);
        }
    }
}
