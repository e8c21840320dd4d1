using System.Text.Json;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Networks;

namespace MetaCritic.Learning;

/// <summary>
/// What a meta-training is, apart from what was asked for: the critic, its optimiser, the policies and the history. Everything else
/// follows from system, goals and options, so that a training goes on to the same bits from the same state.
/// </summary>
internal sealed unsafe class TrainingState : IDisposable
{
    private readonly MlpLayout _critic;
    private readonly MlpLayout _policy;
    private readonly AlignedBuffer<float> _policies;

    /// <summary>Begins with parameters that are all 0.</summary>
    /// <param name="inputs">The networks.</param>
    /// <param name="policies">Number of policies.</param>
    public TrainingState(NetworkInputs inputs, int policies)
    {
        (_critic, _policy) = (inputs.Critic, inputs.Policy);
        Phi = new(_critic.Length);
        Optimizer = new(_critic.Length);
        _policies = new(_policy.Length * policies);
        Ages = new int[policies];
        Births = new int[policies];
    }

    /// <summary>The critic's parameters φ, padded.</summary>
    public AlignedBuffer<float> Phi { get; }

    /// <summary>The critic's optimiser with its moments.</summary>
    public AdamOptimizer<float> Optimizer { get; }

    /// <summary>Inner steps that each policy has behind it.</summary>
    public int[] Ages { get; }

    /// <summary>Meta-iteration in which each policy was drawn.</summary>
    public int[] Births { get; }

    /// <summary>What has been measured.</summary>
    public TrainingRecord Record { get; private init; } = new();

    /// <summary>The critic's parameters φ, without padding, at the best of the validations; null before the first.</summary>
    public float[]? BestPhi { get; set; }

    /// <summary>Parameters θ of a policy, padded.</summary>
    public Span<float> Theta(int p) => new(_policies.Pointer + (p * _policy.Length), (int)_policy.Length);

    /// <summary>A copy of φ without padding.</summary>
    public float[] ExportPhi() => NetworkTensors.Export(_critic, Phi.Pointer);

    /// <summary>A copy of a policy's θ without padding.</summary>
    public float[] ExportTheta(int p) => NetworkTensors.Export(_policy, _policies.Pointer + (p * _policy.Length));

    /// <summary>Writes the header's member.</summary>
    public void WriteTo(Utf8JsonWriter writer) => writer.WriteNumber("adamSteps", Optimizer.Steps);

    /// <summary>Adds the tensors.</summary>
    public void AddTo(TensorFile file)
    {
        int phi = _critic.Shape.ParameterCount;
        file.Add<float>("critic", ExportPhi(), 1, phi);
        file.AddMoments("", _critic, Optimizer);
        file.Add<float>("policies", NetworkTensors.Export(_policy, _policies.Pointer, Ages.Length), Ages.Length, _policy.Shape.ParameterCount);
        file.Add<int>("ages", Ages);
        file.Add<int>("births", Births);
        Record.AddTo(file);
        if (BestPhi is not null)
        {
            file.Add<float>("best", BestPhi, 1, phi);
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> and <see cref="AddTo"/> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="inputs">The networks.</param>
    /// <param name="policies">Number of policies.</param>
    /// <returns>The state, which the caller disposes of.</returns>
    /// <exception cref="InvalidInputException">Something is missing, or no training can have left it.</exception>
    public static TrainingState GetFrom(TensorFile file, HeaderReader header, NetworkInputs inputs, int policies)
    {
        int phi = inputs.Critic.Shape.ParameterCount;
        int steps = header.Integer("adamSteps");
        float[] critic = Finite("critic", 1, phi, "a parameter of the critic is not finite");
        (float[] First, float[] Second) moments = file.GetMoments(header.Source, "", phi);
        float[] theta = Finite("policies", policies, inputs.Policy.Shape.ParameterCount, "a parameter of a policy is not finite");
        int[] ages = file.Get<int>("ages", policies);
        int[] births = header.Version >= 2 ? file.Get<int>("births", policies) : new int[policies]; // nothing depended on them in version 1
        TrainingRecord record = TrainingRecord.GetFrom(file, header.Source, policies);
        Require(steps <= record.Iteration, FormattableString.Invariant($"the optimiser has made {steps} steps in {record.Iteration} meta-iterations"));
        Require(ages.All(age => age >= 0), "the age of a policy is negative");
        Require(births.All(birth => birth >= 0 && birth <= record.Iteration), "a policy was drawn in a meta-iteration that has not been");
        float[]? best = record.Validations.Count > 0 ? Finite("best", 1, phi, "a parameter of the best critic is not finite") : null;

        TrainingState state = new(inputs, policies) { Record = record };
        NetworkTensors.Import(inputs.Critic, critic, state.Phi.Pointer);
        NetworkTensors.Import(inputs.Critic, moments, state.Optimizer);
        NetworkTensors.Import(inputs.Policy, theta, state._policies.Pointer, policies);
        state.Optimizer.Steps = steps;
        ages.CopyTo(state.Ages, 0);
        births.CopyTo(state.Births, 0);
        state.BestPhi = best;
        return state;

        float[] Finite(string name, int rows, int size, string otherwise) => file.GetFinite(header.Source, name, rows, size, otherwise);

        void Require(bool good, string found) => Consistency.Require(good, header.Source, found);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Phi.Dispose();
        Optimizer.Dispose();
        _policies.Dispose();
    }
}
