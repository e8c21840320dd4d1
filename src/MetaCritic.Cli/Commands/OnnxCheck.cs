using System.Runtime.InteropServices;
using MetaCritic.Cli.Output;
using MetaCritic.Export;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MetaCritic.Cli.Commands;

/// <summary>
/// Checks an ONNX export where ONNX Runtime is installed: the tool brings its managed part, 250 KB, and looks for the native library,
/// of which all platforms together have 400 MB.
/// </summary>
internal static class OnnxCheck
{
    /// <summary>Environment variable with the path of the native library.</summary>
    public const string Variable = "METACRITIC_ONNXRUNTIME";

    /// <summary>How many random inputs are tried.</summary>
    public const int Rows = 1000;

    // Beyond rounding in single precision, by far.
    private const double Tolerance = 1e-4;

    private const int Seed = 1;

    private static readonly string[] Names = ["onnxruntime", "libonnxruntime.so.1", "libonnxruntime.1.dylib"];

    /// <summary>Computes random inputs both ways; says so and returns null where ONNX Runtime is not installed.</summary>
    /// <param name="terminal">Where to say it.</param>
    /// <param name="export">The model.</param>
    /// <param name="onnx">Its export.</param>
    /// <param name="path">The native library; null for what the environment or the system knows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The library that was named cannot be loaded.</exception>
    /// <exception cref="MetaCriticException">The export computes something else.</exception>
    public static Result? Run(Terminal terminal, ModelExport export, byte[] onnx, string? path, CancellationToken cancellationToken)
    {
        (string option, string? named) = path is not null ? ("--onnxruntime", path) : (Variable, Environment.GetEnvironmentVariable(Variable));
        if (named is { Length: > 0 })
        {
            if (!NativeLibrary.TryLoad(Path.GetFullPath(named), out nint library))
            {
                throw new InvalidInputException($"{option} {named}", "this library cannot be loaded", "Give the file libonnxruntime.so, onnxruntime.dll or libonnxruntime.dylib of this platform");
            }

            Use(library);
        }
        else if (!Find())
        {
            terminal.Remark($"not checked: ONNX Runtime is not installed. To check it, give its library with --onnxruntime, or in the variable {Variable}");
            return null;
        }

        double difference = LargestDifference(export, onnx, cancellationToken, out string version);
        return difference <= Tolerance
            ? new(difference, version)
            : throw new MetaCriticException($"ONNX Runtime {version} gives other results for the export (largest difference {Format.Short(difference)}). No file was written. Use the format c or json, and report this.");
    }

    private static bool Find()
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (NativeLibrary.TryLoad(Names[i], typeof(InferenceSession).Assembly, null, out nint library))
            {
                if (i > 0)
                {
                    Use(library);
                }

                return true;
            }
        }

        return false;
    }

    // Before the first call of ONNX Runtime, which would look for the library itself.
    private static void Use(nint library)
    {
        OrtEnv.DisableDllImportResolver = true;
        NativeLibrary.SetDllImportResolver(typeof(InferenceSession).Assembly, (name, _, _) => name == "onnxruntime" ? library : 0);
    }

    private static double LargestDifference(ModelExport export, byte[] onnx, CancellationToken cancellationToken, out string version)
    {
        version = OrtEnv.Instance().GetVersionString();
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(onnx, options);
        Random random = new(Seed);
        float[][] inputs = [.. export.Inputs.Select(input => new float[Rows * input.Size])];
        for (int i = 0; i < inputs.Length; i++)
        {
            IReadOnlyList<ExportedComponent> components = export.Inputs[i].Components;
            for (int k = 0; k < inputs[i].Length; k++)
            {
                ExportedComponent component = components[k % components.Count];
                inputs[i][k] = (float)(component.Low + ((component.High - component.Low) * random.NextDouble()));
            }
        }

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [.. export.Inputs.Select((input, i) => NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(inputs[i], [Rows, input.Size])))]);
        float[][] outputs = [.. export.Outputs.Select(output => results.First(result => result.Name == output.Name).AsEnumerable<float>().ToArray())];
        double largest = 0;
        for (int row = 0; row < Rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<double[]> wanted = export.Evaluate([.. export.Inputs.Select((input, i) => Array.ConvertAll(inputs[i][(row * input.Size)..((row + 1) * input.Size)], value => (double)value))]);
            for (int o = 0; o < wanted.Count; o++)
            {
                for (int k = 0; k < wanted[o].Length; k++)
                {
                    double difference = Math.Abs(outputs[o][(row * wanted[o].Length) + k] - wanted[o][k]) / Math.Max(1, Math.Abs(wanted[o][k]));
                    largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
                }
            }
        }

        return largest;
    }

    /// <summary>What the check found.</summary>
    /// <param name="LargestDifference">Largest difference: absolute up to 1, relative beyond.</param>
    /// <param name="Version">Version of ONNX Runtime.</param>
    public sealed record Result(double LargestDifference, string Version);
}
