using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Cli;

/// <summary>Runs the program in this process, in a directory of its own, and keeps what it printed.</summary>
public sealed class Terminal : IDisposable
{
    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal)
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
    };

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("rebalancer-host-").FullName;

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public Terminal With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    public string Write(string file, string text)
    {
        var path = Path.Combine(Directory, file);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<int> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CliContext(
            output, error, TextReader.Null, OutIsTerminal: false, ErrorIsTerminal: false, _variables, Directory, TimeProvider.System);
        var code = await CommandLineApplication.RunAsync(args, context, TestContext.Current.CancellationToken);
        Out = output.ToString();
        Error = error.ToString();
        return code;
    }

    public string[] Files() =>
        [.. System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Directory, file)).Order()];

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
