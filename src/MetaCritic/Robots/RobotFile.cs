using System.Text;
using System.Text.Json;
using MetaCritic.Files;

namespace MetaCritic.Robots;

/// <summary>Robots in files: which reader a file is for, and how robots are saved.</summary>
internal static class RobotFile
{
    // What stands before the root: a declaration and comments, a licence among them.
    private const int HeadLength = 1 << 16;

    // Of a text that is no document, as the error shows it.
    private const int FirstCharacters = 20;

    /// <summary>Reads a robot from a file.</summary>
    public static RobotModel Load(string path, RobotReadingOptions options)
    {
        string head = Head(path);
        string text = head.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.Length > 0 && text[0] is not ('<' or '{') && text.Take(FirstCharacters).All(c => c is '\r' or '\n' or '\t' or (>= ' ' and <= '~')))
        {
            string first = new([.. text.Take(FirstCharacters).TakeWhile(c => c >= ' ')]);
            throw new InvalidInputException(path, $"this is no robot: it begins with \"{first}\", not with <robot> or <mujoco>", "Give a URDF or MJCF file, or a robot that was saved as JSON");
        }

        return text.StartsWith('{') ? LoadJson(path, options)
            : RootOf(head) == "mujoco" ? MjcfReader.ReadFile(path, options)
            : UrdfReader.ReadFile(path, options);
    }

    /// <summary>Saves a robot.</summary>
    public static void Save(RobotModel robot, string path)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".URDF":
                AtomicFile.Write(path, stream => UrdfWriter.Write(robot, stream));
                break;
            case ".JSON":
                AtomicFile.Write(path, stream =>
                {
                    using Utf8JsonWriter writer = new(stream, new() { Indented = true });
                    robot.WriteJson(writer);
                });
                break;
            default:
                throw new InvalidInputException(path, "the name tells no format", "Give a name that ends with .urdf or .json");
        }
    }

    private static RobotModel LoadJson(string path, RobotReadingOptions options)
    {
        byte[] bytes = InputFile.ReadAllBytes(path, RobotCaps.UrdfCharacters);
        JsonDocument document;
        try
        {
            ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes;
            document = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, JsonFault.Describe(e), "Give a URDF or MJCF document, or a robot that was saved", e);
        }

        using (document)
        {
            RobotModel robot = RobotModel.ReadJson(document.RootElement, path);
            robot = options.Locks.Count > 0 ? robot.Lock(options.Locks) : robot;
            return options.LockAllBut is { } joints ? robot.LockAllBut(joints) : robot;
        }
    }

    private static string Head(string path)
    {
        using FileStream file = InputFile.OpenRead(path);
        byte[] bytes = new byte[HeadLength];
        int length;
        try
        {
            length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }

        ReadOnlySpan<byte> head = bytes.AsSpan(0, length);
        return head.StartsWith(Encoding.Unicode.Preamble) ? Encoding.Unicode.GetString(head)
            : head.StartsWith(Encoding.BigEndianUnicode.Preamble) ? Encoding.BigEndianUnicode.GetString(head)
            : Encoding.UTF8.GetString(head);
    }

    private static string RootOf(string head)
    {
        int at = 0;
        while ((at = head.IndexOf('<', at)) >= 0)
        {
            string? end = head.AsSpan(at).StartsWith("<!--") ? "-->" : head.AsSpan(at).StartsWith("<?") || head.AsSpan(at).StartsWith("<!") ? ">" : null;
            if (end is null)
            {
                return new([.. head.AsSpan(at + 1).ToString().TakeWhile(c => char.IsLetterOrDigit(c))]);
            }

            int next = head.IndexOf(end, at, StringComparison.Ordinal);
            if (next < 0)
            {
                break;
            }

            at = next + end.Length;
        }

        return "";
    }
}
