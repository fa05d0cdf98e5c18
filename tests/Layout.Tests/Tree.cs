namespace Rebalancer.Layout.Tests;

/// <summary>The source tree these tests were built from.</summary>
internal static class Tree
{
    private static readonly char[] Separators = ['/', '\\'];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths of C# files below a folder, relative to the root, with forward slashes, sorted.</summary>
    public static IReadOnlyList<string> CSharpFiles(params string[] folders) =>
    [
        .. folders
            .Where(folder => Directory.Exists(Path.Combine(Root, folder)))
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(Relative)
            .Where(path => !path.Split(Separators).Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    public static string[] Lines(string relativePath) => File.ReadAllLines(Path.Combine(Root, relativePath));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rebalancer.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Rebalancer.sln above {AppContext.BaseDirectory}");
    }
}
