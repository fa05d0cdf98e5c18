using System.Text;

namespace Rebalancer.Pbm;

/// <summary>Reads lines from a terminal with history (arrow keys) and completion (Tab); from a pipe as they are.</summary>
public sealed class LineEditor(string prompt, Completion completion)
{
    private readonly List<string> _history = [];
    private readonly StringBuilder _line = new();
    private int _cursor;
    private int _past;

    /// <summary>The next line; null when the input has ended.</summary>
    public string? ReadLine()
    {
        if (Console.IsInputRedirected)
        {
            return Console.ReadLine();
        }

        _line.Clear();
        (_cursor, _past) = (0, _history.Count);
        Show();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.WriteLine();
                    return Keep(_line.ToString());
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && _line.Length == 0:
                    Console.WriteLine();
                    return null;
                default:
                    Edit(key);
                    Show();
                    break;
            }
        }
    }

    private void Edit(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Backspace when _cursor > 0:
                _line.Remove(--_cursor, 1);
                break;
            case ConsoleKey.Delete when _cursor < _line.Length:
                _line.Remove(_cursor, 1);
                break;
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_line.Length, _cursor + 1);
                break;
            case ConsoleKey.Home:
                _cursor = 0;
                break;
            case ConsoleKey.End:
                _cursor = _line.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(-1);
                break;
            case ConsoleKey.DownArrow:
                Recall(+1);
                break;
            case ConsoleKey.Tab:
                Complete();
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                {
                    _line.Insert(_cursor++, key.KeyChar);
                }

                break;
        }
    }

    private void Recall(int step)
    {
        _past = Math.Clamp(_past + step, 0, _history.Count);
        Replace(_past == _history.Count ? "" : _history[_past]);
    }

    /// <summary>As far as the candidates agree; when they do not, they are shown.</summary>
    private void Complete()
    {
        var candidates = completion.Of(_line.ToString());
        if (candidates.Count == 0)
        {
            return;
        }

        var shared = candidates[0];
        foreach (var candidate in candidates)
        {
            shared = shared[..shared.Zip(candidate).TakeWhile(pair => pair.First == pair.Second).Count()];
        }

        var text = _line.ToString();
        Replace(text[..(text.LastIndexOf(' ') + 1)] + shared + (candidates.Count == 1 ? " " : ""));
        if (candidates.Count > 1)
        {
            Console.WriteLine();
            Console.WriteLine(string.Join("  ", candidates));
        }
    }

    private void Replace(string text)
    {
        _line.Clear().Append(text);
        _cursor = _line.Length;
    }

    private void Show()
    {
        Console.Write($"\r\u001b[K{prompt}{_line}");
        if (_line.Length > _cursor)
        {
            Console.Write($"\u001b[{_line.Length - _cursor}D");
        }
    }

    private string Keep(string line)
    {
        if (line.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != line))
        {
            _history.Add(line);
        }

        return line;
    }
}
