using System.Text.Json.Nodes;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <content>Checkpoints, and the run's own policy.</content>
public abstract unsafe partial class BaselineTrainer
{
    /// <summary>Name of the file that a checkpoint folder holds.</summary>
    public const string CheckpointFileName = BaselineCheckpoint.FileName;

    /// <summary>The networks that are trained, with their optimisers.</summary>
    private protected virtual IEnumerable<TrainedNetwork> TrainedNetworks =>
    [
        new("policy", Networks.Policy, Networks.PolicyAdam),
        new("critic", Networks.Critic, Networks.CriticAdam),
        new("policyTarget", Networks.PolicyTarget, null),
        new("criticTarget", Networks.CriticTarget, null),
    ];

    private SystemHeader Header => new(Inputs.StateSize, Inputs.ActionSize, Inputs.Networks.PositionSize, _options.ToTraining(), _dynamicsOptions, _robot);

    /// <summary>Writes everything needed to go on later, whole or not at all. It holds the replay buffer, and may be large.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="MetaCriticException">The run has diverged, or the file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The dynamics threw in an earlier call, or another call has not ended.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void SaveCheckpoint(string path)
    {
        using UseGuard.Use use = _guard.Enter();
        RequireWhole();
        if (Diverged)
        {
            throw new MetaCriticException(FormattableString.Invariant($"The run diverged at update {Updates}; there is nothing to go on with."));
        }

        Checkpoint().Save(path, _state, TrainedNetworks, _replay);
    }

    /// <summary>
    /// Goes on from a checkpoint of the same method, robot, goals and options. The number of iterations, of threads and between checkpoints
    /// may differ.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void LoadCheckpoint(string path)
    {
        using UseGuard.Use use = _guard.Enter();
        _state = Checkpoint().Load(path, TrainedNetworks, _replay, out Action apply);
        apply();
        (Diverged, _broken) = (false, false);
    }

    /// <summary>The run's own policy as it is now, for a goal: it needs no further updates.</summary>
    /// <param name="goal">The goal, [PositionSize]; rad or m.</param>
    /// <returns>A policy like those that are fitted: π(s) for this goal, without noise.</returns>
    /// <exception cref="InvalidInputException">The goal has a wrong size or is not finite.</exception>
    /// <exception cref="MetaCriticException">The run has diverged.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public PolicyModel CreatePolicy(IReadOnlyList<double> goal)
    {
        ArgumentNullException.ThrowIfNull(goal);
        using UseGuard.Use use = _guard.Enter();
        new TrainingGoals { Goals = [[.. goal]] }.Validate("The goal", Inputs.StateSize, Inputs.Networks.PositionSize);
        if (Diverged)
        {
            throw new MetaCriticException(FormattableString.Invariant($"The run diverged at update {Updates}; there is no policy."));
        }

        float[] parameters = OwnPolicy.For(goal, Inputs, _options.CriticInput, Exported(Inputs.Policy, Networks.Policy));
        return PolicyModel.Of(Inputs.Networks, parameters, goal);
    }

    /// <summary>The options as a checkpoint has them.</summary>
    private protected abstract JsonObject OptionsForCheckpoint();

    /// <summary>Removes what has no effect on the result.</summary>
    private protected static JsonObject WithoutFreeOptions(JsonObject ddpg)
    {
        ddpg.Remove("threads");
        ddpg.Remove("checkpointInterval");
        return ddpg;
    }

    private BaselineCheckpoint Checkpoint() => new(Header, _goals, Method, OptionsForCheckpoint());

    private string PrepareCheckpoint(string folder) => _replay.CanSave
        ? Learning.Checkpoint.Prepare(folder, CheckpointFileName)
        : throw new InvalidInputException(
            "options.replayCapacity",
            FormattableString.Invariant($"the replay buffer may hold {_replay.Capacity} transitions, more than fit into a checkpoint of {InputFile.ByteCount(TensorFile.TensorDataLimit)}"),
            "Give less, or train without a checkpoint folder");
}
