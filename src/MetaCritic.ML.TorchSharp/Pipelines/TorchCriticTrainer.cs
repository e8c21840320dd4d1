using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using TorchSharp;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>Meta-trains a critic whose network is a torch module, on a table of goals. Columns, settings and messages as at <see cref="CriticTrainer"/>.</summary>
/// <remarks>
/// The device is chosen as Microsoft.ML.TorchSharp's trainers choose it: <see cref="MLContext.GpuDeviceId"/>, or the CPU if there is no such GPU and
/// <see cref="MLContext.FallbackToCpu"/> is set. Messages come from the channel "TrainModel".
/// </remarks>
public sealed class TorchCriticTrainer : IEstimator<TorchCriticTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;
    private readonly CriticTrainer _critic;
    private readonly TorchNetworks _networks;

    internal TorchCriticTrainer(MLContext context, Options options)
    {
        (_context, _options) = (context, options);
        if (options.Critic is null)
        {
            throw new InvalidInputException($"options.{nameof(Options.Critic)}", "value is null", "Give the robot and the columns, as for Trainers.Critic");
        }

        _critic = new(context, options.Critic);
        _networks = options.Networks ?? new();
        _networks = _networks with { Device = _networks.Device ?? TorchRuntime.Device(context) };
        _networks.Validate();
    }

    /// <summary>Meta-trains a critic.</summary>
    /// <param name="input">The table of goals.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size, a value is not usable, or a module does not compute what it should.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; a checkpoint was written if there is a folder for it.</exception>
    /// <exception cref="NothingLearnedException">The training ended in good order, but the critic is worth nothing.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop.</exception>
    public TorchCriticTransformer Fit(IDataView input)
    {
        CriticTrainer.Options options = _options.Critic;
        TorchCriticModel critic = _critic.Train<TorchCriticModel>(input, "TrainModel", job =>
        {
            using TorchMetaTrainer trainer = options.Robot is null
                ? new(options.LearnedDynamics!, job.Goals, job.Training, _networks, job.Fitting, job.Validation)
                : new(options.Robot, job.Dynamics, job.Goals, job.Training, _networks, job.Fitting, job.Validation);
            job.Resume(TorchMetaTrainer.CheckpointFileName, trainer.LoadCheckpoint, () => trainer.Iteration);
            TorchCriticModel trained = trainer.Train(job.Progress, options.CheckpointFolder, null, options.CancellationToken);
            return new(trained, trained.TaskLoss, trained.FinalError, [.. trainer.History], goals => Try(trained, goals, options.CancellationToken));
        });
        return new(_context, new(critic, _options.Architecture, options.Columns()));
    }

    /// <summary>The columns that <see cref="TorchCriticTransformer"/> will add, by the columns that a pipeline promises.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column for goals, start states or weights is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _critic.GetOutputSchema(inputSchema);

    private ValidationResult Try(TorchCriticModel critic, TrainingGoals goals, CancellationToken cancellation)
    {
        using TorchPolicyLearner learner = new(critic, null, _networks);
        IReadOnlyList<TorchPolicyFit> fits = learner.Fit(CriticValidation.Tasks(critic.System, goals, 1, critic.Training.Seed), cancellationToken: cancellation);
        foreach (TorchPolicyFit fit in fits)
        {
            fit.Policy.Dispose();
        }

        return ValidationResult.Of([.. fits.Select(fit => (fit.Diverged, fit.Error, fit.LearningCurve[0]))]);
    }

    /// <summary>Settings of the trainer. They are checked once, when the trainer is made.</summary>
    public sealed class Options
    {
        /// <summary>Robot or learned dynamics, columns, settings of meta-training, validation, checkpoints, progress and cancellation, as for <see cref="MetaCriticTrainers.Critic(CriticTrainer.Options)"/>. No default.</summary>
        public required CriticTrainer.Options Critic { get; init; }

        /// <summary>The modules; null for multi-layer perceptrons. Default null. Without a device in it, the context's settings choose one.</summary>
        public TorchNetworks? Networks { get; init; }

        /// <summary>Name of the critic's architecture, for saved models: see <see cref="TorchArchitectures"/>. Default null, which does for multi-layer perceptrons.</summary>
        public string? Architecture { get; init; }
    }
}
