namespace Rebalancer.Host.Cli.Weights;

/// <summary>Finds room for names beside points, where they stand on no other name, point or line.</summary>
internal sealed class LabelPlacer(double left, double top, double right, double bottom)
{
    private const double LetterWidth = 7.2;
    private const double LineHeight = 13;
    private const double Gap = 7;

    private readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];

    public static double WidthOf(string text) => text.Length * LetterWidth;

    /// <summary>Keeps names off a point.</summary>
    public void Occupy(double x, double y, double radius) => _taken.Add((x - radius, y - radius, x + radius, y + radius));

    /// <returns>Where the text's base line begins, ends or has its middle; null when every place is taken.</returns>
    public (double X, double Y, string Anchor)? Place(string text, double x, double y)
    {
        var width = WidthOf(text);
        (double X, double Y, string Anchor, double Left)[] candidates =
        [
            (x + Gap, y + 4, "start", x + Gap),
            (x - Gap, y + 4, "end", x - Gap - width),
            (x, y - Gap - 2, "middle", x - (width / 2)),
            (x, y + Gap + LineHeight - 3, "middle", x - (width / 2)),
            (x + Gap - 2, y - 5, "start", x + Gap - 2),
            (x + Gap - 2, y + LineHeight, "start", x + Gap - 2),
            (x - Gap + 2, y - 5, "end", x - Gap + 2 - width),
            (x - Gap + 2, y + LineHeight, "end", x - Gap + 2 - width),
        ];
        foreach (var (textX, textY, anchor, from) in candidates)
        {
            var box = (Left: from, Top: textY - LineHeight + 3, Right: from + width, Bottom: textY + 2);
            var isInside = box.Left >= left && box.Right <= right && box.Top >= top && box.Bottom <= bottom;
            if (isInside && !_taken.Exists(other => box.Left < other.Right && other.Left < box.Right && box.Top < other.Bottom && other.Top < box.Bottom))
            {
                _taken.Add(box);
                return (Math.Round(textX, 1), Math.Round(textY, 1), anchor);
            }
        }

        return null;
    }
}
