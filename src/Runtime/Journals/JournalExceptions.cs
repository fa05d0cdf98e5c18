namespace Rebalancer.Runtime.Journals;

/// <summary>The journal cannot be used; the message names the file and the remedy.</summary>
public abstract class JournalException(string message, string path, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The journal's file.</summary>
    public string Path { get; } = path;
}

/// <summary>Another process writes to this journal.</summary>
/// <param name="holder">Name and id of the process when it can be told, such as <c>rebalancer (process 4711)</c>.</param>
public sealed class JournalInUseException(string path, string holder) : JournalException(
    $"{path}: the journal is in use by {holder}. Stop that process, or use another data directory.", path)
{
    public string Holder { get; } = holder;
}

/// <summary>The file is not a journal of this program, is damaged, or was written by a newer version of it.</summary>
public sealed class JournalFormatException(string path, string what, string remedy, Exception? inner = null)
    : JournalException($"{path}: {what}. {remedy}", path, inner);

/// <summary>The file or its directory cannot be opened, created or read.</summary>
public sealed class JournalUnavailableException(string path, string what, string remedy, Exception? inner = null)
    : JournalException($"{path}: {what}. {remedy}", path, inner);
