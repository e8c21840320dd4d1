using System.Security.Cryptography;
using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>
/// Critics that several items use are trained once. They are kept in memory and, so that an interrupted run can be
/// resumed, as files, each with its training curve; a training that diverged has the curve alone. Different critics may be
/// asked for by several threads at a time.
/// </summary>
/// <param name="folder">Folder for the files; null for none. It is made when the first critic is kept.</param>
/// <param name="reuse">Whether files that are there may be used instead of training.</param>
internal sealed class CriticStore(string? folder, bool reuse)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TrainedCritic> _critics = [];
    private readonly Dictionary<string, object> _shared = [];

    /// <summary>Meta-trains a critic, or gives the one that is there.</summary>
    /// <param name="name">What it is, for the file's name.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings, with the seed.</param>
    /// <param name="progress">Is told how much is done, of how much.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public TrainedCritic Train(
        string name, RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options, Action<long, long> progress, CancellationToken cancellationToken)
    {
        using MetaTrainer trainer = new(robot, dynamics, goals, options);
        using MemoryStream untrained = new();
        trainer.CreateCritic().Save(untrained); // holds robot, options, goals and first weights: all that the result depends on
        return Get(name, untrained.ToArray(), () =>
        {
            CriticModel critic = trainer.Train(new Reporter<MetaTrainingProgress>(p => progress(p.Completed, p.Total)), cancellationToken: cancellationToken);
            return new(critic, TrainingCurve.OfMetaTraining("learned critic", trainer.History, options, goals.Goals.Count));
        });
    }

    /// <summary>Trains a critic, or gives the one that is there.</summary>
    /// <param name="name">What it is, for the file's name: lower-case letters, digits and hyphens.</param>
    /// <param name="content">Everything that it depends on.</param>
    /// <param name="train">Trains it.</param>
    public TrainedCritic Get(string name, ReadOnlySpan<byte> content, Func<TrainedCritic> train)
    {
        string key = $"{name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}";
        lock (_lock)
        {
            if (_critics.TryGetValue(key, out TrainedCritic? kept))
            {
                return kept;
            }
        }

        TrainedCritic trained = (reuse ? Read(key) : null) ?? Write(key, train());
        lock (_lock)
        {
            _critics[key] = trained;
        }

        return trained;
    }

    /// <summary>Makes something else that several items use, or gives the one that is there; kept in memory only. For one thread at a time.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <param name="key">Everything that it depends on.</param>
    /// <param name="make">Makes it.</param>
    public T Share<T>(string key, Func<T> make)
        where T : notnull
    {
        if (!_shared.TryGetValue(key, out object? shared))
        {
            _shared.Add(key, shared = make());
        }

        return (T)shared;
    }

    // Null if it is not there. The curve is written last.
    private TrainedCritic? Read(string key)
    {
        if (folder is null || !File.Exists(CurvePath(key)))
        {
            return null;
        }

        TrainingCurve curve = CurveFile.Read(CurvePath(key));
        return curve.Diverged ? new(null, curve) : File.Exists(CriticPath(key)) ? new(CriticModel.Load(CriticPath(key)), curve) : null;
    }

    private TrainedCritic Write(string key, TrainedCritic trained)
    {
        if (folder is not null)
        {
            OutputFiles.PrepareFolder("--out", folder);
            trained.Critic?.Save(CriticPath(key));
            CurveFile.Write(CurvePath(key), trained.Curve);
        }

        return trained;
    }

    private string CriticPath(string key) => Path.Combine(folder!, key + ".critic");

    private string CurvePath(string key) => Path.Combine(folder!, key + ".csv");
}
