namespace MetaCritic.Mutations;

/// <summary>Faults in what reads and writes files.</summary>
internal static class FileFaults
{
    private const string Files = "src/MetaCritic/Files/";
    private const string Robots = "src/MetaCritic/Robots/";
    private const string Tasks = "src/MetaCritic/Tasks/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Checksum not compared",
            Files + "TensorFileReader.cs",
            "if (!reader.Bytes(expected.Length, \"the checksum\").AsSpan().SequenceEqual(expected))",
            "if (reader.Bytes(expected.Length, \"the checksum\").Length != expected.Length)",
            "A damaged weight would pass.",
            "TensorFileTests"),
        new(
            "Dimensions not capped one by one",
            Files + "TensorFileReader.cs",
            "if (shape[i] < 0 || shape[i] > TensorFile.TensorDataLimit || (bytes *= shape[i]) > TensorFile.TensorDataLimit)",
            "if (shape[i] < 0 || (bytes *= shape[i]) > TensorFile.TensorDataLimit)",
            "An unchecked length: products overflow, and a 0 hides a huge dimension.",
            "TensorFileTests"),
        new(
            "Negative dimensions",
            Files + "TensorFileReader.cs",
            "if (shape[i] < 0 || shape[i] > TensorFile.TensorDataLimit",
            "if (shape[i] > TensorFile.TensorDataLimit",
            "An unchecked length.",
            "TensorFileTests"),
        new(
            "Negative lengths of headers",
            Files + "BoundedReader.cs",
            "return value >= 0 && value <= limit",
            "return value <= limit",
            "An unchecked length: another exception than ours.",
            "TensorFileTests"),
        new(
            "Memory for what a stream only claims",
            Files + "BoundedReader.cs",
            "new byte[_length == long.MaxValue ? Math.Min(count, Chunk) : count];",
            "new byte[count];",
            "An unchecked length: 1 GiB for a file of 100 bytes.",
            "TensorFileTests"),
        new(
            "Bytes after the end",
            Files + "TensorFileReader.cs",
            "        reader.RequireEnd();\n",
            "",
            "Two files in one would pass.",
            "TensorFileTests"),
        new(
            "Tensors that nobody reads",
            Files + "TensorFile.cs",
            "foreach (string name in Names.Where(n => !_taken.Contains(n)))",
            "foreach (string name in Names.Where(n => false))",
            "What a file carries beyond its format would pass.",
            "TensorFileTests"),
        new(
            "Files of the future",
            Files + "TensorFileReader.cs",
            "if (version > TensorFile.FormatVersion)",
            "if (version > TensorFile.FormatVersion + 1)",
            "An off-by-one: a newer format would be read as this one.",
            "TensorFileTests"),
        new(
            "Unknown members of a header",
            Files + "HeaderReader.cs",
            "if (!_known.Contains(member.Name))",
            "if (member.Name.Length == 0)",
            "The same for headers.",
            "TensorFileTests"),
        new(
            "Infinite weights",
            Files + "NetworkData.cs",
            "if (!float.IsFinite(parameters[i]))",
            "if (float.IsNaN(parameters[i]))",
            "A critic that gives NaN.",
            "ModelTests"),
        new(
            "Options of version 2 may be missing",
            Tasks + "OptionsJson.cs",
            "version < 2 ? SinceVersion2 : []",
            "SinceVersion2",
            "An incomplete file would pass with defaults.",
            "OptionsJsonTests"),
        new(
            "Repeated options",
            Files + "OptionMembers.cs",
            "public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false };",
            "public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = true };",
            "One of two values would be taken without a word.",
            "OptionsJsonTests"),
        new(
            "Start states of goals not read",
            Tasks + "TrainingGoalsData.cs",
            "StartStates = file.Has(\"startStates\") ? Get(file, \"startStates\", stateSize) : null,",
            "StartStates = null,",
            "A part of the file would be lost.",
            "ModelTests"),
        new(
            "Files written in place",
            Files + "AtomicFile.cs",
            "string temporary = Path.Combine(folder, name);",
            "string temporary = target;",
            "A process that is killed while it saves would leave half a checkpoint.",
            "KillTests"),
        new(
            "Memory freed in use",
            "src/MetaCritic/UseGuard.cs",
            "            if (state == Idle)\n            {\n                free();",
            "            {\n                free();",
            "Disposal while another thread trains would crash the process.",
            "ConcurrencyTests"),
        new(
            "Temporary file left behind",
            Files + "AtomicFile.cs",
            "        catch\n        {\n            Remove(temporary);\n",
            "        catch\n        {\n",
            "Folders would fill up with halves of files.",
            "AtomicFileTests"),
        new(
            "Permissions of the old file lost",
            Files + "AtomicFile.cs",
            "File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));",
            "File.GetUnixFileMode(target);",
            "A private critic would become readable for everybody.",
            "AtomicFileTests"),
        new(
            "Document type definitions read",
            Robots + "Urdf/UrdfReader.cs",
            "DtdProcessing = DtdProcessing.Prohibit,",
            "DtdProcessing = DtdProcessing.Ignore,",
            "The door to entities.",
            "UrdfErrorTests"),
        new(
            "Nesting without end",
            Robots + "Urdf/UrdfDocument.cs",
            "return xml.Depth < RobotCaps.UrdfDepth",
            "return xml.Depth < int.MaxValue",
            "An unchecked depth.",
            "UrdfErrorTests"),
        new(
            "Links without end",
            Robots + "Urdf/UrdfReader.cs",
            "count < RobotCaps.Links",
            "count < int.MaxValue",
            "An unchecked count.",
            "UrdfErrorTests"),
        new(
            "Robot in a model file with two moments exchanged",
            Robots + "RobotJson.cs",
            "Inertia = new(i[0], i[1], i[2], i[3], i[4], i[5]),",
            "Inertia = new(i[0], i[1], i[2], i[5], i[4], i[3]),",
            "Transposed figures.",
            "RobotJsonTests"),
        new(
            "Fields given twice in a robot",
            Robots + "StrictJson.cs",
            "if (!_members.TryAdd(name, member))",
            "if (!_members.TryAdd(name, member) && name.Length == 0)",
            "One of two values would be taken without a word.",
            "RobotJsonTests"),
    ];
}
