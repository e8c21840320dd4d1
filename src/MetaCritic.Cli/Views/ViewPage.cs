using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Views;

/// <summary>A scene as one HTML file that needs nothing else: no network, no library.</summary>
internal static class ViewPage
{
    // Everything that could end a script or begin markup is escaped, whatever robots and tables have for names.
    private static readonly JsonWriterOptions Escaped = new() { Encoder = JavaScriptEncoder.Default };

    private static readonly string[] Scripts = ["shapes.js", "raster.js", "charts.js", "view.js"];

    /// <summary>Writes the page.</summary>
    /// <param name="scene">What it shows.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(Scene scene, Stream stream)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        string page = Resource("view.html");
        foreach ((string mark, Func<string> text) in new (string, Func<string>)[]
        {
            ("<!--title-->", () => HtmlEncoder.Default.Encode(scene.Title)),
            ("/*style*/", () => Resource("view.css")),
            ("/*data*/", () => Json(scene)),
            ("/*script*/", () => string.Concat(Scripts.Select(Resource))),
        })
        {
            int at = page.IndexOf(mark, StringComparison.Ordinal);
            writer.Write(page[..at]);
            writer.Write(text());
            page = page[(at + mark.Length)..];
        }

        writer.Write(page);
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(ViewPage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Json(Scene scene)
    {
        using MemoryStream memory = new();
        using (Utf8JsonWriter json = new(memory, Escaped))
        {
            json.WriteStartObject();
            json.WriteString("title", scene.Title);
            json.WriteNumber("tolerance", scene.Tolerance);
            json.WriteStartArray("robots");
            foreach (RobotModel robot in scene.Robots)
            {
                WriteRobot(json, robot);
            }

            json.WriteEndArray();
            json.WriteStartArray("runs");
            foreach (Run run in scene.Runs)
            {
                WriteRun(json, run);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void WriteRobot(Utf8JsonWriter json, RobotModel robot)
    {
        Skeleton skeleton = new(robot);
        json.WriteStartObject();
        json.WriteString("name", robot.Name);
        json.WriteNumber("reach", skeleton.Reach);
        json.WriteNumber("endEffector", skeleton.EndEffector);
        Numbers(json, "rest", robot.RestPosition);
        json.WriteStartArray("joints");
        foreach (RobotJoint joint in robot.MovableJoints)
        {
            json.WriteStartObject();
            json.WriteString("name", joint.Name);
            json.WriteBoolean("turns", joint.Type != JointType.Prismatic);
            Number(json, "lower", joint.LowerLimit);
            Number(json, "upper", joint.UpperLimit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("links");
        int movable = 0;
        for (int i = 0; i < robot.Links.Count; i++)
        {
            RobotJoint? joint = i == 0 ? null : robot.Joints[i - 1];
            Pose origin = joint?.Origin ?? Pose.Identity;
            json.WriteStartObject();
            json.WriteString("name", robot.Links[i].Name);
            json.WriteNumber("parent", robot.ParentIndices[i]);
            json.WriteNumber("radius", skeleton.Radii[i]);
            json.WriteNumber("joint", joint is { IsMovable: true } ? movable++ : -1);
            json.WriteBoolean("slides", joint?.Type == JointType.Prismatic);
            Numbers(json, "axis", Components(joint?.Axis ?? Vector3d.Zero));
            Numbers(json, "origin", Components(origin));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteVisuals(json, robot);
        json.WriteStartArray("capsules");
        foreach (Skeleton.Capsule capsule in skeleton.Capsules)
        {
            json.WriteStartObject();
            json.WriteNumber("link", capsule.Link);
            Numbers(json, "from", Components(capsule.From));
            Numbers(json, "to", Components(capsule.To));
            json.WriteNumber("radius", capsule.Radius);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteVisuals(Utf8JsonWriter json, RobotModel robot)
    {
        Dictionary<string, int> links = robot.Links.Index().ToDictionary(link => link.Item.Name, link => link.Index, StringComparer.Ordinal);
        json.WriteStartArray("visuals");
        foreach (RobotVisual visual in robot.Visuals)
        {
            json.WriteStartObject();
            json.WriteNumber("link", links[visual.Link]);
            json.WriteString("shape", visual.Shape.ToString().ToLowerInvariant());
            Numbers(json, "extents", Components(visual.Extents));
            Numbers(json, "origin", Components(visual.Origin));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteString("note", run.Note);
        json.WriteNumber("robot", run.Robot);
        if (run.Goal is { } goal)
        {
            Numbers(json, "goal", goal);
        }
        else
        {
            json.WriteNull("goal");
        }

        Numbers(json, "curve", run.Curve);
        json.WriteStartArray("stages");
        foreach (Stage stage in run.Stages)
        {
            json.WriteStartObject();
            json.WriteString("name", stage.Name);
            json.WriteNumber("updates", stage.Updates);
            json.WriteBoolean("diverged", stage.Diverged);
            Numbers(json, "times", stage.Times);
            Numbers(json, "errors", stage.Errors);
            json.WriteStartArray("positions");
            foreach (double[] q in stage.Positions)
            {
                Values(json, q);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double[] Components(Vector3d v) => [v.X, v.Y, v.Z];

    private static double[] Components(Pose pose)
    {
        Rotation3d r = pose.Rotation;
        return [r.Xx, r.Xy, r.Xz, r.Yx, r.Yy, r.Yz, r.Zx, r.Zy, r.Zz, .. Components(pose.Position)];
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WritePropertyName(name);
        Values(json, values);
    }

    private static void Values(Utf8JsonWriter json, IEnumerable<double> values)
    {
        json.WriteStartArray();
        foreach (double value in values)
        {
            Value(json, value);
        }

        json.WriteEndArray();
    }

    // Single precision is far finer than a pixel, and half as long.
    private static void Value(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite((float)value))
        {
            json.WriteNumberValue((float)value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
