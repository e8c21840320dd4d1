using System.Globalization;
using System.Text;
using System.Xml;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Views;

/// <summary>
/// A scene as one picture, for papers and pages: a row for each run, with a frame for each stage that shows the arm on its way,
/// the goal, and where the end effector went; beside them the error over the updates.
/// </summary>
internal static class FilmStrip
{
    private const int Frame = 190;
    private const int Gap = 10;
    private const int Chart = 250;
    private const int Heading = 26;
    private const int Caption = 34;
    private const int Poses = 6;

    private static readonly string[] Style =
    [
        "text{font:12px system-ui,'DejaVu Sans',Helvetica,Arial,sans-serif;fill:#1b2430}",
        ".soft{fill:#55616f}.head{font-size:14px;font-weight:600}.good{fill:#13794a}.bad{fill:#b3261e}",
        ".paper{fill:#fff}.frame{fill:#f4f6f8}.arm{stroke:#4a6076}.joint{fill:#e07b1a}.goal{stroke:#1f9d62;fill:#1f9d62}.way{stroke:#2867c9;fill:none;stroke-width:1.5}",
        ".axis{stroke:#c3ccd5;fill:none}.limit{stroke:#1f9d62;stroke-dasharray:4 3}.curve{stroke:#2867c9;fill:none;stroke-width:2}.dot{fill:#2867c9}",
    ];

    /// <summary>Writes the picture, SVG.</summary>
    /// <param name="scene">The runs, one at least.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(Scene scene, Stream stream)
    {
        int stages = scene.Runs.Max(run => run.Stages.Count);
        bool curves = scene.Runs.Any(run => run.Curve.Count > 1);
        int width = Gap + (stages * (Frame + Gap)) + (curves ? Chart + Gap : 0);
        int rowHeight = Heading + Frame + Caption + Gap;
        int height = Gap + (scene.Runs.Count * rowHeight);
        Skeleton[] skeletons = [.. scene.Robots.Select(robot => new Skeleton(robot))];
        Projection projection = new(scene, skeletons, Camera.For(scene.Robots));
        using XmlWriter xml = XmlWriter.Create(stream, new() { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, Indent = true, NewLineChars = "\n" });
        xml.WriteStartElement("svg", "http://www.w3.org/2000/svg");
        Attributes(xml, ("viewBox", $"0 0 {Whole(width)} {Whole(height)}"), ("width", Whole(width)), ("height", Whole(height)), ("role", "img"));
        xml.WriteElementString("title", scene.Title);
        xml.WriteElementString("style", string.Concat(Style));
        Element(xml, "rect", ("class", "paper"), ("width", "100%"), ("height", "100%"));
        for (int i = 0; i < scene.Runs.Count; i++)
        {
            Run run = scene.Runs[i];
            int top = Gap + (i * rowHeight);
            Text(xml, Gap, top + 16, "head", run.Note.Length > 0 ? $"{run.Name}: {run.Note}" : run.Name);
            for (int k = 0; k < run.Stages.Count; k++)
            {
                DrawFrame(xml, scene, run, run.Stages[k], skeletons[run.Robot], projection, Gap + (k * (Frame + Gap)), top + Heading);
            }

            if (run.Curve.Count > 1)
            {
                DrawCurve(xml, scene, run, Gap + (stages * (Frame + Gap)), top + Heading);
            }
        }

        xml.WriteEndElement();
    }

    private static void DrawFrame(XmlWriter xml, Scene scene, Run run, Stage stage, Skeleton skeleton, Projection projection, int left, int top)
    {
        xml.WriteStartElement("svg");
        Attributes(xml, ("x", Whole(left)), ("y", Whole(top)), ("width", Whole(Frame)), ("height", Whole(Frame)));
        Element(xml, "rect", ("class", "frame"), ("width", "100%"), ("height", "100%"), ("rx", "6"));
        if (run.Goal is { } goal)
        {
            DrawArm(xml, skeleton, projection, [.. goal], "goal", 0.35);
        }

        int last = stage.Positions.Count - 1;
        for (int i = 0; i < Poses; i++)
        {
            // Late poses are dark.
            DrawArm(xml, skeleton, projection, stage.Positions[last * i / (Poses - 1)], "arm", i == Poses - 1 ? 1 : 0.12 + (0.06 * i));
        }

        IEnumerable<(double X, double Y)> way = Enumerable.Range(0, Math.Min(last, 100) + 1)
            .Select(i => projection.Place(skeleton.Place(stage.Positions[(int)((long)last * i / Math.Max(1, Math.Min(last, 100)))])[skeleton.EndEffector].Position));
        Element(xml, "polyline", ("class", "way"), ("points", string.Join(' ', way.Select(p => $"{Short(p.X)},{Short(p.Y)}"))));
        xml.WriteEndElement();
        Text(xml, left, top + Frame + 15, "", stage.Name);
        if (run.Goal is not null)
        {
            bool arrived = stage.Error <= scene.Tolerance;
            string error = double.IsNaN(stage.Error) ? "out of control" : $"error {Number(stage.Error)} {Output.Format.ErrorUnit(skeleton.Robot)}";
            Text(xml, left, top + Frame + 30, arrived ? "good" : stage == run.Stages[^1] ? "bad" : "soft", arrived ? error + ", arrived" : error);
        }
    }

    private static void DrawArm(XmlWriter xml, Skeleton skeleton, Projection projection, double[] q, string kind, double opacity)
    {
        xml.WriteStartElement("g");
        Attributes(xml, ("class", kind), ("opacity", Short(opacity)), ("stroke-linecap", "round"));
        IReadOnlyList<Pose> poses = skeleton.Place(q);
        foreach (Skeleton.Capsule capsule in skeleton.Capsules)
        {
            (double X, double Y) a = projection.Place(poses[capsule.Link] * capsule.From), b = projection.Place(poses[capsule.Link] * capsule.To);
            Element(xml, "line", ("x1", Short(a.X)), ("y1", Short(a.Y)), ("x2", Short(b.X)), ("y2", Short(b.Y)), ("stroke-width", Short(Math.Max(2, 2 * capsule.Radius * projection.Scale))));
        }

        for (int i = 1; i < poses.Count && opacity == 1; i++)
        {
            if (skeleton.Robot.Joints[i - 1].IsMovable || i == skeleton.EndEffector)
            {
                (double X, double Y) at = projection.Place(poses[i].Position);
                Element(xml, "circle", ("class", "joint"), ("cx", Short(at.X)), ("cy", Short(at.Y)), ("r", Short(Math.Max(1.5, 0.7 * skeleton.Radii[i] * projection.Scale))));
            }
        }

        xml.WriteEndElement();
    }

    private static void DrawCurve(XmlWriter xml, Scene scene, Run run, int left, int top)
    {
        const int Left = 44, Right = 6, Top = 8, Bottom = 34;
        double[] errors = [.. run.Curve.Where(error => double.IsFinite(error) && error > 0), scene.Tolerance];
        double high = errors.Max() * 1.3, low = Math.Max(errors.Min() / 1.3, high * 1e-6);
        double X(double update) => left + Left + ((Chart - Left - Right) * update / (run.Curve.Count - 1));
        double Y(double error) => top + Frame - Bottom - ((Frame - Top - Bottom) * Math.Log(Math.Max(error, low) / low) / Math.Log(high / low));
        Element(xml, "path", ("class", "axis"), ("d", $"M{Short(left + Left)} {Short(top + Top)}V{Short(top + Frame - Bottom)}H{Short(left + Chart - Right)}"));
        for (int decade = (int)Math.Ceiling(Math.Log10(low)); decade <= Math.Log10(high); decade++)
        {
            double value = Math.Pow(10, decade);
            Element(xml, "path", ("class", "axis"), ("opacity", "0.6"), ("d", $"M{Short(left + Left)} {Short(Y(value))}H{Short(left + Chart - Right)}"));
            Text(xml, left + Left - 5, Y(value) + 4, "soft", Number(value), "end");
        }

        foreach (int update in new[] { 0, (run.Curve.Count - 1) / 2, run.Curve.Count - 1 }.Distinct())
        {
            Text(xml, X(update), top + Frame - Bottom + 15, "soft", Whole(update), update == 0 ? "start" : update == run.Curve.Count - 1 ? "end" : "middle");
        }

        Text(xml, left + Left + ((Chart - Left - Right) / 2.0), top + Frame - 4, "soft", $"error, {Output.Format.ErrorUnit(scene.Robots[run.Robot])}, over policy updates", "middle");
        Element(xml, "path", ("class", "limit"), ("d", $"M{Short(left + Left)} {Short(Y(scene.Tolerance))}H{Short(left + Chart - Right)}"));
        Text(xml, left + Chart - Right, Y(scene.Tolerance) - 5, "good", "arrived below", "end");
        (int Update, double Error)[] points = [.. run.Curve.Select((error, update) => (update, error)).Where(point => double.IsFinite(point.error))];
        Element(xml, "polyline", ("class", "curve"), ("points", string.Join(' ', points.Select(p => $"{Short(X(p.Update))},{Short(Y(p.Error))}"))));
        foreach (Stage stage in run.Stages.Where(stage => stage.Updates >= 0 && double.IsFinite(stage.Error)))
        {
            Element(xml, "circle", ("class", "dot"), ("cx", Short(X(stage.Updates))), ("cy", Short(Y(stage.Error))), ("r", "3.5"));
        }
    }

    private static void Text(XmlWriter xml, double x, double y, string kind, string text, string anchor = "start")
    {
        xml.WriteStartElement("text");
        Attributes(xml, ("x", Short(x)), ("y", Short(y)), ("class", kind), ("text-anchor", anchor));
        xml.WriteString(string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '\uFFFD')));
        xml.WriteEndElement();
    }

    private static void Element(XmlWriter xml, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        xml.WriteStartElement(name);
        Attributes(xml, attributes);
        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            if (value.Length > 0)
            {
                xml.WriteAttributeString(name, value);
            }
        }
    }

    private static string Whole(int value) => Output.Format.Count(value);

    private static string Short(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value is >= 0.001 and < 1e5 ? "G2" : "0.#e0", CultureInfo.InvariantCulture);

    /// <summary>From the world into a frame: the same for all frames, so that they can be compared.</summary>
    private sealed class Projection
    {
        private readonly Camera _camera;
        private readonly (double X, double Y) _middle;

        public Projection(Scene scene, Skeleton[] skeletons, Camera camera)
        {
            _camera = camera;
            List<(double X, double Y)> seen = [];
            double thick = skeletons.Max(skeleton => skeleton.Radii.Max());
            foreach (Run run in scene.Runs)
            {
                IEnumerable<double[]> moving = run.Stages.Where(stage => !stage.Diverged)
                    .SelectMany(stage => Enumerable.Range(0, 21).Select(i => stage.Positions[i * (stage.Positions.Count - 1) / 20]));
                foreach (double[] q in run.Goal is { } goal ? moving.Append([.. goal]) : moving)
                {
                    IReadOnlyList<Pose> poses = skeletons[run.Robot].Place(q);
                    seen.AddRange(poses.Select(pose => camera.See(pose.Position)));
                    seen.AddRange(skeletons[run.Robot].Capsules.Select(capsule => camera.See(poses[capsule.Link] * capsule.To)));
                }
            }

            seen = seen.Count > 0 ? seen : [(0, 0)];
            (double left, double right) = (seen.Min(p => p.X), seen.Max(p => p.X));
            (double below, double above) = (seen.Min(p => p.Y), seen.Max(p => p.Y));
            _middle = ((left + right) / 2, (below + above) / 2);
            Scale = Frame / (Math.Max(right - left, above - below) + (4 * thick));
        }

        /// <summary>Pixels of a metre.</summary>
        public double Scale { get; }

        public (double X, double Y) Place(Vector3d point)
        {
            (double x, double y) = _camera.See(point);
            return ((Frame / 2.0) + ((x - _middle.X) * Scale), (Frame / 2.0) - ((y - _middle.Y) * Scale));
        }
    }
}
