using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Export.Tests;

/// <summary>Headers compile with all warnings as errors, and compute what the model computes.</summary>
[TestClass]
public sealed class CTests
{
    private const int RowsEach = 50;

    private static readonly string[] Warnings =
        ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wdouble-promotion", "-Wshadow", "-Wstrict-prototypes", "-Wundef", "-O1"];

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Cases => from compiler in (string[])["gcc", "clang"] from robot in Samples.Robots select new object[] { compiler, robot };

    public static IEnumerable<object[]> Compilers => [["gcc"], ["clang"]];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Random_policies_with_torques(string compiler, string name)
    {
        RobotModel robot = Samples.Robot(name);
        RigidBodyOptions[] steppings = [.. Enumerable.Range(0, 100).Select(number => Samples.Stepping(robot, number))];
        Check(compiler, [.. steppings.Select((stepping, number) => ModelExport.Of(Samples.Policy(robot, number), new() { Robot = robot, Dynamics = stepping, Torques = true }))], steppings);
    }

    [TestMethod]
    [DynamicData(nameof(Compilers))]
    public void Random_critics(string compiler) => Check(
        compiler,
        [.. from input in Enum.GetValues<CriticInput>()
            from form in Enum.GetValues<CriticForm>()
            from number in Enumerable.Range(0, 8)
            select ModelExport.Of(Samples.Critic(Samples.Robot(Samples.Robots[number % 5]), input, form, number))]);

    [TestMethod]
    [DynamicData(nameof(Compilers))]
    public void Learned_dynamics(string compiler) => Check(
        compiler,
        [.. from angles in (bool[])[false, true]
            from step in (double?[])[null, 0.05]
            select ModelExport.Of(Logs.Learn(Logs.Quick with { Angles = angles, TimeStep = step }), new() { Robot = RobotModel.Reacher })]);

    [TestMethod]
    [DataRow("reach", "reach")]
    [DataRow("Reach-2 left", "reach_2_left")]
    [DataRow("7 joints", "model_7_joints")]
    [DataRow("ğ", "model")]
    [DataRow("__FILE__", "file")]
    [DataRow("", "model")]
    public void Names_become_identifiers(string name, string expected)
    {
        using MemoryStream stream = new();
        ModelExport.Of(Samples.Policy(RobotModel.TwoLink, 0)).Save(stream, ExportFormat.C, name);
        string text = Encoding.UTF8.GetString(stream.ToArray());
        StringAssert.Contains(text, $"\n#define {expected.ToUpperInvariant()}_H\n");
        StringAssert.Contains(text, $"\nstatic inline void {expected}_act(const float state[4], float action[2])\n");
    }

    [TestMethod]
    [DynamicData(nameof(Compilers))]
    public void Names_of_joints_cannot_end_the_comment(string compiler)
    {
        RobotModel two = RobotModel.TwoLink;
        string[] names = ["*/ #error /*", "a\\"];
        RobotModel robot = new("??/ */ int x = \"", two.Links, [.. two.Joints.Select((joint, i) => i < 2 ? joint with { Name = names[i] } : joint)], two.Gravity, two.EndEffector);
        Check(compiler, [ModelExport.Of(Samples.Policy(robot, 1), new() { Robot = robot, Dynamics = new() })], [new()]);
    }

    [TestMethod]
    [DynamicData(nameof(Compilers))]
    public void The_loop_of_the_example_runs_and_its_watchdog_stops_it(string compiler)
    {
        RequireCompiler(compiler);
        using Workspace files = new();
        ModelExport.Of(Samples.Policy(RobotModel.TwoLink, 20), new() { Robot = RobotModel.TwoLink, Dynamics = new(), Torques = true }).Save(files["reach.h"], ExportFormat.C);
        string source = Path.Combine(Repository.Root, "examples", "Deploy", "deploy.c");
        (int code, byte[] said) = Run(compiler, [.. Warnings, "-I" + files["."], source, "-o", files["deploy"], "-lm"], []);
        Assert.AreEqual(0, code, Encoding.UTF8.GetString(said));
        (code, said) = Run(files["deploy"], [], []);
        Assert.AreEqual(0, code);
        StringAssert.Contains(Encoding.UTF8.GetString(said), "The watchdog stopped after 2.27 s: no state for some periods.");
    }

    private static void RequireCompiler(string compiler)
    {
        if (!OperatingSystem.IsLinux() || !IsThere(compiler))
        {
            Assert.Inconclusive($"{compiler} is not installed here");
        }
    }

    private void Check(string compiler, ModelExport[] exports, RigidBodyOptions[]? steppings = null) => Check(TestContext, compiler, exports, steppings);

    internal static void Check(TestContext context, string compiler, ModelExport[] exports, RigidBodyOptions[]? steppings = null)
    {
        RequireCompiler(compiler);
        using Workspace files = new();
        StringBuilder main = new();
        main.AppendLine("#include <stdio.h>");
        double[][][][] rows = [.. exports.Select((export, i) => Samples.Rows(export, RowsEach, i))];
        for (int i = 0; i < exports.Length; i++)
        {
            exports[i].Save(files[Header(i)], ExportFormat.C);
            main.Append(CultureInfo.InvariantCulture, $"#include \"{Header(i)}\"\n");
        }

        main.Append("static float in[4096], out[4096];\nstatic int read_row(int n) { return fread(in, sizeof(float), (size_t)n, stdin) == (size_t)n; }\nstatic void write_row(int n) { fwrite(out, sizeof(float), (size_t)n, stdout); }\nint main(void)\n{\n");
        for (int i = 0; i < exports.Length; i++)
        {
            main.Append(CultureInfo.InvariantCulture, $"    for (int r = 0; r < {RowsEach}; r++) {{\n        if (!read_row({exports[i].Inputs.Sum(input => input.Size)})) return 1;\n");
            int at = 0;
            foreach (ExportedValue output in exports[i].Outputs)
            {
                string inputs = Places(exports[i]);
                string call = output.Name == "score" ? $"out[{at}] = p{i}_score({inputs})" : $"p{i}_{Function(output.Name)}({inputs}, out + {at})";
                main.Append("        ").Append(call).Append(";\n");
                at += output.Size;
            }

            main.Append(CultureInfo.InvariantCulture, $"        write_row({at});\n    }}\n");
        }

        main.Append("    return 0;\n}\n");
        string source = files.Write("main.c", main.ToString());
        (int code, byte[] said) = Run(compiler, [.. Warnings, source, "-o", files["program"], "-lm"], []);
        Assert.AreEqual(0, code, Encoding.UTF8.GetString(said));
        float[] input = [.. rows.SelectMany(export => export).SelectMany(row => row.SelectMany(value => value)).Select(value => (float)value)];
        (code, byte[] bytes) = Run(files["program"], [], MemoryMarshal.AsBytes(input.AsSpan()).ToArray());
        Assert.AreEqual(0, code);
        float[] computed = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        Assert.HasCount(exports.Sum(export => RowsEach * export.Outputs.Sum(output => output.Size)), computed);

        double worst = 0;
        int first = 0;
        for (int i = 0; i < exports.Length; i++)
        {
            int width = exports[i].Outputs.Sum(output => output.Size), begin = 0;
            List<float[]> found = [];
            foreach (ExportedValue output in exports[i].Outputs)
            {
                found.Add([.. Enumerable.Range(0, RowsEach).SelectMany(r => computed.Skip(first + (r * width) + begin).Take(output.Size))]);
                begin += output.Size;
            }

            worst = Math.Max(worst, Samples.Worst(exports[i], rows[i], [.. found], steppings?[i]));
            first += RowsEach * width;
        }

        context.WriteLine($"{exports.Length} headers, {compiler}: largest difference {worst:E2}");
        Assert.IsLessThanOrEqualTo(1e-6, worst);
    }

    private static string Header(int number) => string.Create(CultureInfo.InvariantCulture, $"p{number}.h");

    private static string Function(string output) => output switch { "action" => "act", "torque" => "torques", _ => "step" };

    // Where the inputs stand in a row.
    private static string Places(ModelExport export)
    {
        int at = 0;
        List<string> places = [];
        foreach (ExportedValue input in export.Inputs)
        {
            places.Add(string.Create(CultureInfo.InvariantCulture, $"in + {at}"));
            at += input.Size;
        }

        return string.Join(", ", places);
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static (int Code, byte[] Said) Run(string program, string[] arguments, byte[] input)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        Task copy = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        copy.Wait();
        return (process.ExitCode, process.ExitCode == 0 ? output.ToArray() : [.. output.ToArray(), .. Encoding.UTF8.GetBytes(error.Result)]);
    }
}
