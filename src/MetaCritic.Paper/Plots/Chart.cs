namespace MetaCritic.Paper.Plots;

/// <summary>One panel of a figure: axes and what is drawn between them.</summary>
/// <param name="Title">Stands above it; may be empty.</param>
/// <param name="Horizontal">The x axis.</param>
/// <param name="Vertical">The y axis.</param>
/// <param name="Marks">What is drawn, in this order.</param>
internal sealed record Chart(string Title, Scale Horizontal, Scale Vertical, IReadOnlyList<Mark> Marks)
{
    private const double TickSize = 11.5;
    private const double LabelSize = 13;
    private const double BarWidth = 14;

    /// <summary>Draw the axes to the same unit of length.</summary>
    public bool Square { get; init; }

    /// <summary>Grid lines.</summary>
    public bool Grid { get; init; } = true;

    /// <summary>Draws the panel.</summary>
    /// <param name="svg">The image.</param>
    /// <param name="name">A name that no other panel of the image has.</param>
    /// <param name="left">Left edge of the panel, axes included.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    public void Draw(SvgWriter svg, string name, double left, double top, double width, double height)
    {
        Scale horizontal = Horizontal.Fit(Marks.SelectMany(mark => mark.Xs));
        Scale vertical = Vertical.Fit(Marks.SelectMany(mark => mark.Ys));
        Scale? colours = Marks.Select(mark => mark.Colours).FirstOrDefault(scale => scale is not null);
        IReadOnlyList<(double Value, string Text)> rows = vertical.Ticks((int)Math.Clamp(height / 50, 3, 8));
        double tickWidth = rows.Select(tick => SvgWriter.WidthOf(tick.Text, TickSize)).DefaultIfEmpty(0).Max();
        double marginLeft = 12 + tickWidth + (vertical.Label.Length > 0 ? LabelSize + 12 : 0);
        double marginRight = colours is null ? 16 : 80;
        double marginTop = Title.Length > 0 ? 30 : 12;
        bool slanted = horizontal.Names is not null && horizontal.Names.Any(text => SvgWriter.WidthOf(text, TickSize) > (width - marginLeft - marginRight) / horizontal.Names.Count);
        double marginBottom = 26 + (horizontal.Label.Length > 0 ? LabelSize + 8 : 0) + (slanted ? horizontal.Names!.Max(text => SvgWriter.WidthOf(text, TickSize)) * 0.6 : 0);
        Frame frame = new(left + marginLeft, top + marginTop, width - marginLeft - marginRight, height - marginTop - marginBottom, horizontal, vertical);
        if (Square)
        {
            frame = MadeSquare(frame);
        }

        DrawAxes(svg, frame, rows, slanted, left, marginBottom);
        svg.BeginClip(name, frame.Left, frame.Top, frame.Width, frame.Height);
        foreach (Mark mark in Marks)
        {
            mark.Draw(svg, frame);
        }

        svg.EndGroup();
        svg.Rectangle(frame.Left, frame.Top, frame.Width, frame.Height, "none", Palette.Ink);
        if (Title.Length > 0)
        {
            svg.Text(frame.Left + (frame.Width / 2), frame.Top - 10, Title, LabelSize + 1, SvgWriter.Anchor.Middle, bold: true);
        }

        if (colours is not null)
        {
            DrawColourBar(svg, colours, frame);
        }
    }

    // The frame shrinks in the direction that has the longer unit.
    private static Frame MadeSquare(Frame frame)
    {
        double unit = Math.Min(
            frame.Width / (frame.Horizontal.To!.Value - frame.Horizontal.From!.Value), frame.Height / (frame.Vertical.To!.Value - frame.Vertical.From!.Value));
        double width = unit * (frame.Horizontal.To.Value - frame.Horizontal.From.Value);
        double height = unit * (frame.Vertical.To.Value - frame.Vertical.From.Value);
        return frame with { Left = frame.Left + ((frame.Width - width) / 2), Width = width, Height = height };
    }

    private void DrawAxes(SvgWriter svg, Frame frame, IReadOnlyList<(double Value, string Text)> rows, bool slanted, double left, double marginBottom)
    {
        double bottom = frame.Top + frame.Height;
        foreach ((double value, string text) in frame.Horizontal.Ticks((int)Math.Clamp(frame.Width / 60, 2, 10)))
        {
            double x = frame.X(value);
            if (Grid && frame.Horizontal.Names is null)
            {
                svg.Segment(x, frame.Top, x, bottom, Palette.Grid);
            }

            svg.Segment(x, bottom, x, bottom + 5, Palette.Ink);
            if (slanted)
            {
                svg.Text(x + 3, bottom + 16, text, TickSize, SvgWriter.Anchor.End, rotation: -35);
            }
            else
            {
                svg.Text(x, bottom + 18, text, TickSize, SvgWriter.Anchor.Middle);
            }
        }

        foreach ((double value, string text) in rows)
        {
            double y = frame.Y(value);
            if (Grid && frame.Vertical.Names is null)
            {
                svg.Segment(frame.Left, y, frame.Left + frame.Width, y, Palette.Grid);
            }

            svg.Segment(frame.Left - 5, y, frame.Left, y, Palette.Ink);
            svg.Text(frame.Left - 8, y + 4, text, TickSize, SvgWriter.Anchor.End);
        }

        if (frame.Horizontal.Label.Length > 0)
        {
            svg.Text(frame.Left + (frame.Width / 2), bottom + marginBottom - 8, frame.Horizontal.Label, LabelSize, SvgWriter.Anchor.Middle);
        }

        if (frame.Vertical.Label.Length > 0)
        {
            double x = Square ? frame.Left - 10 - rows.Select(tick => SvgWriter.WidthOf(tick.Text, TickSize)).DefaultIfEmpty(0).Max() - 8 : left + LabelSize + 3;
            svg.Text(x, frame.Top + (frame.Height / 2), frame.Vertical.Label, LabelSize, SvgWriter.Anchor.Middle, rotation: -90);
        }
    }

    private static void DrawColourBar(SvgWriter svg, Scale colours, Frame frame)
    {
        const int Steps = 64;
        double left = frame.Left + frame.Width + 10;
        svg.BeginGroup("shape-rendering=\"crispEdges\"");
        for (int i = 0; i < Steps; i++)
        {
            double top = frame.Top + (frame.Height * (Steps - 1 - i) / Steps);
            svg.Rectangle(left, top, BarWidth, (frame.Height / Steps) + 0.5, Palette.Shade((i + 0.5) / Steps));
        }

        svg.EndGroup();
        svg.Rectangle(left, frame.Top, BarWidth, frame.Height, "none", Palette.Ink);
        double widest = 0;
        foreach ((double value, string text) in colours.Ticks((int)Math.Clamp(frame.Height / 45, 2, 7)))
        {
            double y = frame.Top + (frame.Height * (1 - colours.Place(value)));
            svg.Segment(left + BarWidth, y, left + BarWidth + 3, y, Palette.Ink);
            svg.Text(left + BarWidth + 5, y + 3.5, text, 10);
            widest = Math.Max(widest, SvgWriter.WidthOf(text, 10));
        }

        if (colours.Label.Length > 0)
        {
            svg.Text(left + BarWidth + 19 + widest, frame.Top + (frame.Height / 2), colours.Label, 11, SvgWriter.Anchor.Middle, rotation: -90);
        }
    }
}
