namespace Rebalancer.Host.Cli;

/// <summary>How the user can start this program again from where they stand.</summary>
public static class ProgramName
{
    private const string Name = "rebalancer";

    /// <summary>The name alone where the shell finds it, <c>dotnet run</c> in a source tree, else the path.</summary>
    public static string ToPaste(CliContext context)
    {
        var here = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var path = context.Variables.GetValueOrDefault("PATH") ?? "";
        if (path.Split(Path.PathSeparator).Any(directory => directory.TrimEnd(Path.DirectorySeparatorChar) == here))
        {
            return Name;
        }

        // bin/Debug/net10.0 of the project the program was built from.
        var project = Path.GetFullPath(Path.Combine(here, "..", "..", ".."));
        return File.Exists(Path.Combine(project, "Host.csproj"))
            ? $"dotnet run --project {context.Display(project)} --"
            : context.Display(Path.Combine(here, Name));
    }
}
