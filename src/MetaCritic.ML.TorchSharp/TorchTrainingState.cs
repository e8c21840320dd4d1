using System.Runtime.InteropServices;
using System.Text.Json;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MetaCritic.ML.TorchSharp;

/// <summary>What a meta-training of modules is, apart from what was asked for: the critic, its optimiser, the policies and the history.</summary>
internal sealed class TorchTrainingState : IDisposable
{
    /// <summary>Begins with parameters that are all 0.</summary>
    /// <param name="critic">Number of the critic's parameters.</param>
    /// <param name="policy">Number of a policy's parameters.</param>
    /// <param name="policies">Number of policies.</param>
    /// <param name="type">Precision of the networks.</param>
    /// <param name="device">Device of the networks.</param>
    public TorchTrainingState(int critic, int policy, int policies, ScalarType type, Device device)
    {
        Phi = Zeros(critic);
        First = Zeros(critic);
        Second = Zeros(critic);
        Theta = zeros([policies, policy], type, device).DetachFromDisposeScope();
        Ages = new int[policies];
        Births = new int[policies];

        Tensor Zeros(int size) => zeros([size], type, device).DetachFromDisposeScope();
    }

    /// <summary>The critic's parameters φ, [P].</summary>
    public Tensor Phi { get; }

    /// <summary>First moments of the critic's optimiser, [P].</summary>
    public Tensor First { get; }

    /// <summary>Second moments of the critic's optimiser, [P].</summary>
    public Tensor Second { get; }

    /// <summary>Steps that the critic's optimiser has made.</summary>
    public int Steps { get; set; }

    /// <summary>The policies' parameters θ, a row each.</summary>
    public Tensor Theta { get; }

    /// <summary>Inner steps that each policy has behind it.</summary>
    public int[] Ages { get; }

    /// <summary>Meta-iteration in which each policy was drawn.</summary>
    public int[] Births { get; }

    /// <summary>What has been measured.</summary>
    public TrainingRecord Record { get; private set; } = new();

    /// <summary>φ at the best of the validations; null before the first.</summary>
    public Tensor? BestPhi { get; set; }

    /// <summary>One step of the critic against a gradient: of Adam (Kingma and Ba 2015, Algorithm 1), or a plain one.</summary>
    /// <param name="gradient">The gradient, [P].</param>
    /// <param name="eta">Learning rate η.</param>
    /// <param name="adam">Whether Adam makes the step.</param>
    public void Update(Tensor gradient, double eta, bool adam)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        if (!adam)
        {
            Phi.add_(gradient, -eta);
            return;
        }

        const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
        Steps++;
        First.mul_(Beta1).add_(gradient, 1 - Beta1);
        Second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        Tensor denominator = (Second.sqrt() / Math.Sqrt(1 - Math.Pow(Beta2, Steps))).add_(Epsilon);
        Phi.addcdiv_(First, denominator, -eta / (1 - Math.Pow(Beta1, Steps)));
    }

    /// <summary>Writes the header's members.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("precision", Phi.dtype.ToString().ToLowerInvariant());
        writer.WriteNumber("adamSteps", Steps);
    }

    /// <summary>Adds the tensors.</summary>
    public void AddTo(TensorFile file)
    {
        Add(file, "critic", Phi);
        Add(file, "adam.first", First);
        Add(file, "adam.second", Second);
        Add(file, "policies", Theta);
        file.Add<int>("ages", Ages);
        file.Add<int>("births", Births);
        Record.AddTo(file);
        if (BestPhi is not null)
        {
            Add(file, "best", BestPhi);
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> and <see cref="AddTo"/> wrote, all or nothing.</summary>
    /// <exception cref="InvalidInputException">Something is missing, or no training can have left it.</exception>
    public void SetFrom(TensorFile file, HeaderReader header)
    {
        if (TorchFile.PrecisionOf(header) != Phi.dtype)
        {
            throw Checkpoint.Refused(header.Source, "its networks have another precision");
        }

        int policies = Ages.Length, steps = header.Integer("adamSteps");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        Tensor phi = Get(file, header.Source, "critic", Phi), first = Get(file, header.Source, "adam.first", First), second = Get(file, header.Source, "adam.second", Second);
        Tensor theta = Get(file, header.Source, "policies", Theta);
        int[] ages = file.Get<int>("ages", policies), births = file.Get<int>("births", policies);
        TrainingRecord record = TrainingRecord.GetFrom(file, header.Source, policies);
        Consistency.Require(steps <= record.Iteration, header.Source, "the optimiser has made more steps than there were meta-iterations");
        Consistency.Require(second.ge(0).all().item<bool>(), header.Source, "a second moment of the optimiser is negative");
        Consistency.Require(ages.All(age => age >= 0) && births.All(birth => birth >= 0 && birth <= record.Iteration), header.Source, "the age of a policy has no meaning");
        Tensor? best = record.Validations.Count > 0 ? Get(file, header.Source, "best", Phi) : null;

        Phi.copy_(phi);
        First.copy_(first);
        Second.copy_(second);
        Theta.copy_(theta);
        Steps = steps;
        ages.CopyTo(Ages, 0);
        births.CopyTo(Births, 0);
        Record = record;
        BestPhi?.Dispose();
        BestPhi = best?.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Phi.Dispose();
        First.Dispose();
        Second.Dispose();
        Theta.Dispose();
        BestPhi?.Dispose();
    }

    private static void Add(TensorFile file, string name, Tensor x)
    {
        using Tensor host = x.cpu();
        long[] shape = x.dim() == 1 ? [1, x.shape[0]] : x.shape;
        if (x.dtype == ScalarType.Float32)
        {
            file.Add<float>(name, MemoryMarshal.Cast<byte, float>(host.bytes), shape);
        }
        else
        {
            file.Add<double>(name, MemoryMarshal.Cast<byte, double>(host.bytes), shape);
        }
    }

    private static Tensor Get(TensorFile file, string source, string name, Tensor like)
    {
        long[] shape = like.dim() == 1 ? [1, like.shape[0]] : like.shape;
        Tensor read = (like.dtype == ScalarType.Float32 ? tensor(file.Get<float>(name, shape)) : tensor(file.Get<double>(name, shape))).reshape(like.shape).to(like.device);
        Consistency.Require(read.isfinite().all().item<bool>(), source, $"the tensor \"{name}\" has a number that is not finite");
        return read;
    }
}
