namespace Rebalancer.Host.Cli.Output;

/// <summary>One column of a table or CSV file.</summary>
/// <param name="Text">The cell as a person reads it.</param>
/// <param name="Raw">The cell as a program reads it, unrounded; null takes <paramref name="Text"/>.</param>
public sealed record Column<T>(string Header, Func<T, string> Text, bool AlignRight = false, Func<T, string>? Raw = null);
