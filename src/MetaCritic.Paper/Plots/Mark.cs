namespace MetaCritic.Paper.Plots;

/// <summary>Something drawn into the frame of a chart.</summary>
internal abstract record Mark
{
    /// <summary>What the legend calls it; null for nothing.</summary>
    public string? Label { get; init; }

    /// <summary>Its colour.</summary>
    public string Colour { get; init; } = Palette.Series(0);

    /// <summary>Values that the x axis must show.</summary>
    public abstract IEnumerable<double> Xs { get; }

    /// <summary>Values that the y axis must show.</summary>
    public abstract IEnumerable<double> Ys { get; }

    /// <summary>The scale of its colours; null if it has one colour.</summary>
    public virtual Scale? Colours => null;

    /// <summary>Draws it.</summary>
    public abstract void Draw(SvgWriter svg, Frame frame);

    /// <summary>Draws its sample in the legend, 24 wide, centred at a point.</summary>
    public abstract void DrawSample(SvgWriter svg, double x, double y);
}

/// <summary>Where a chart's data lie in the image.</summary>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Horizontal">The x axis, ends fixed.</param>
/// <param name="Vertical">The y axis, ends fixed.</param>
internal sealed record Frame(double Left, double Top, double Width, double Height, Scale Horizontal, Scale Vertical)
{
    public double X(double value) => Left + (Width * Horizontal.Place(value));

    public double Y(double value) => Top + (Height * (1 - Vertical.Place(value)));

    public bool Shows(double x, double y) => Horizontal.Shows(x) && Vertical.Shows(y);

    /// <summary>The end of a spread, kept where the axis can show it.</summary>
    public double YOrEdge(double value) => Vertical.Shows(value) ? Y(value) : Top + Height;
}
