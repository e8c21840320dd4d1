using System.Runtime.InteropServices;
using MetaCritic.Files;
using MetaCritic.ML.TorchSharp.Native;
using TorchSharp;
using TorchSharp.PyBridge;
using static TorchSharp.torch;
using FileTensor = MetaCritic.Files.Tensor;
using Tensor = TorchSharp.torch.Tensor;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Modules in our tensor file: checked by a SHA-256, with the names and shapes of parameters and buffers. The file holds numbers only; the
/// module that they are read into is the caller's.
/// </summary>
public static class TorchFile
{
    private const string Prefix = "module/";

    /// <summary>Writes the parameters and buffers of a module, whole or not at all.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="InvalidInputException">A tensor cannot be stored, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed.</exception>
    public static void Save(nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        TensorFile file = new(TensorFileKind.Module, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            writer.WriteString("productVersion", ProductInfo.Version);
        });
        Add(file, module, "The module");
        file.Save(path);
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a module with the same parameters and buffers. If it fails, the module stays as it was.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, or of a module with other parameters.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static void Load(nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        TensorFile file = TensorFile.Load(path, TensorFileKind.Module);
        file.Interpret(header =>
        {
            header.RequireProduct();
            _ = header.Text("productVersion");
            Get(file, module, path);
            return true;
        });
    }

    /// <summary>Reads a state_dict that PyTorch saved: <c>.safetensors</c>, or any other name for <c>torch.save</c>'s format (<c>.pth</c>, <c>.pt</c>). If it fails, the module stays as it was.</summary>
    /// <param name="module">A module with parameters and buffers of the same names and shapes.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, or of a module with other parameters, or a number in it is not finite.</exception>
    public static void Import(nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.Load();
        using (InputFile.OpenRead(path))
        {
            // There is such a file, and it can be read.
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        (Tensor Mine, Tensor Before)[] kept = [.. module.state_dict().Values.Select(tensor => (tensor, tensor.detach().clone()))];
        try
        {
            TorchError.At(path, "Give a state_dict of a module with the same names and shapes, saved by torch.save or as safetensors", () =>
                Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) ? module.load_safetensors(path, strict: true) : module.load_py(path, strict: true));
            foreach ((string name, Tensor tensor) in module.state_dict())
            {
                if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
                {
                    throw new InvalidInputException(path, $"{name} has a number that is not finite", "Save the module again after a training that did not diverge");
                }
            }
        }
        catch
        {
            foreach ((Tensor mine, Tensor before) in kept)
            {
                mine.copy_(before);
            }

            throw;
        }
    }

    /// <summary>Adds parameters and buffers to a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="module">The module.</param>
    /// <param name="place">What errors call it.</param>
    internal static void Add(TensorFile file, nn.Module module, string place)
    {
        foreach ((string name, Tensor tensor) in module.state_dict())
        {
            using DisposeScope scope = NewDisposeScope();
            string full = Prefix + name;
            if (!FileTensor.IsName(full) || tensor.dim() > FileTensor.RankLimit)
            {
                throw new InvalidInputException(place, $"the tensor {name} cannot be stored", $"Give it at most {FileTensor.RankLimit} dimensions and a name of letters, digits, '.', '_' and '-' with at most 120 characters");
            }

            Tensor plain = tensor.detach().cpu().contiguous();
            switch (tensor.dtype)
            {
                case ScalarType.Float32:
                    file.Add<float>(full, Finite(MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray(), float.IsFinite, place, name), Shape(tensor));
                    break;
                case ScalarType.Float64:
                    file.Add<double>(full, Finite(MemoryMarshal.Cast<byte, double>(plain.bytes).ToArray(), double.IsFinite, place, name), Shape(tensor));
                    break;
                case ScalarType.Int32:
                    file.Add<int>(full, MemoryMarshal.Cast<byte, int>(plain.bytes), Shape(tensor));
                    break;
                case ScalarType.Int64:
                    file.Add<long>(full, MemoryMarshal.Cast<byte, long>(plain.bytes), Shape(tensor));
                    break;
                default:
                    throw new InvalidInputException(place, $"the tensor {name} is {TensorCheck.Describe(tensor)}", "Give float32, float64, int32 or int64");
            }
        }
    }

    /// <summary>Sets parameters and buffers from a file, all or none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="module">The module.</param>
    /// <param name="place">What errors call the file.</param>
    internal static void Get(TensorFile file, nn.Module module, string place)
    {
        RequireSame(file, module, place);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        List<(Tensor Mine, Tensor Read)> all = [];
        foreach ((string name, Tensor mine) in module.state_dict())
        {
            string full = Prefix + name;
            Tensor read = mine.dtype switch
            {
                ScalarType.Float32 => tensor(Finite(file.Get<float>(full, Shape(mine)), float.IsFinite, place, name)),
                ScalarType.Float64 => tensor(Finite(file.Get<double>(full, Shape(mine)), double.IsFinite, place, name)),
                ScalarType.Int32 => tensor(file.Get<int>(full, Shape(mine))),
                ScalarType.Int64 => tensor(file.Get<long>(full, Shape(mine))),
                _ => throw new InvalidInputException(place, $"the module's tensor {name} is {TensorCheck.Describe(mine)}", "Give a module of float32, float64, int32 or int64"),
            };
            all.Add((mine, read.reshape(mine.shape)));
        }

        foreach ((Tensor mine, Tensor read) in all)
        {
            mine.copy_(read);
        }
    }

    /// <summary>Precision of the network in a file, so that a module can be made for it.</summary>
    internal static ScalarType PrecisionOf(HeaderReader header) =>
        header.Text("precision") switch
        {
            "float32" => ScalarType.Float32,
            "float64" => ScalarType.Float64,
            _ => throw TensorFile.Damaged(header.Source, "its precision has no meaning"),
        };

    // Names and shapes say whether the module is of the kind that was saved.
    private static void RequireSame(TensorFile file, nn.Module module, string place)
    {
        string[] saved = [.. file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => Describe(name[Prefix.Length..], file.ShapeOf(name)))];
        string[] made = [.. module.state_dict().Select(pair => Describe(pair.Key, Shape(pair.Value)))];
        string[] missing = [.. saved.Except(made)], foreign = [.. made.Except(saved)];
        if (missing.Length + foreign.Length > 0)
        {
            throw new InvalidInputException(
                place,
                $"its network has {List(missing)} where the module that was made for it has {List(foreign)}",
                "Give the function that makes a module like the one that was saved");
        }

        static string Describe(string name, IReadOnlyList<long> shape) => FormattableString.Invariant($"{name} [{string.Join(", ", shape)}]");

        static string List(string[] tensors) => tensors.Length == 0 ? "nothing" : string.Join(", ", tensors.Take(3)) + (tensors.Length > 3 ? ", …" : "");
    }

    // A number by itself is a row of one.
    private static long[] Shape(Tensor tensor) => tensor.dim() == 0 ? [1] : tensor.shape;

    private static T[] Finite<T>(T[] values, Predicate<T> finite, string place, string name) => Array.TrueForAll(values, finite)
        ? values
        : throw new InvalidInputException(place, $"the tensor {name} has a number that is not finite", "Give a module whose training did not diverge");
}
