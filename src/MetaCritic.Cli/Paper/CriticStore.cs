using System.Security.Cryptography;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Paper;

/// <summary>
/// Critics that several items use are trained once. They are kept in memory and, so that an interrupted run can be
/// resumed, as files.
/// </summary>
/// <param name="folder">Folder for the files; null for none. It is made when the first critic is kept.</param>
/// <param name="reuse">Whether files that are there may be used instead of training.</param>
internal sealed class CriticStore(string? folder, bool reuse)
{
    private readonly Dictionary<string, CriticModel> _critics = [];
    private readonly Dictionary<string, object> _shared = [];

    /// <summary>Meta-trains a critic, or gives the one that is there.</summary>
    /// <param name="name">What it is, for the file's name.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings, with the seed.</param>
    /// <param name="progress">Is told how much is done, of how much.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public CriticModel Train(
        string name, RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options, Action<long, long> progress, CancellationToken cancellationToken)
    {
        using MetaTrainer trainer = new(robot, dynamics, goals, options);
        using MemoryStream untrained = new();
        trainer.CreateCritic().Save(untrained); // holds robot, options, goals and first weights: all that the result depends on
        return Get(name, untrained.ToArray(), () => trainer.Train(
            new Reporter<MetaTrainingProgress>(p => progress(p.Completed, p.Total)), cancellationToken: cancellationToken));
    }

    /// <summary>Makes a critic, or gives the one that is there.</summary>
    /// <param name="name">What it is, for the file's name: lower-case letters, digits and hyphens.</param>
    /// <param name="content">Everything that it depends on.</param>
    /// <param name="train">Makes it.</param>
    public CriticModel Get(string name, ReadOnlySpan<byte> content, Func<CriticModel> train)
    {
        string key = $"{name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}";
        if (_critics.TryGetValue(key, out CriticModel? critic))
        {
            return critic;
        }

        string? file = folder is null ? null : Path.Combine(folder, key + ".critic");
        if (file is not null && reuse && File.Exists(file))
        {
            critic = CriticModel.Load(file);
        }
        else
        {
            critic = train();
            if (file is not null)
            {
                Files.PrepareFolder("--out", folder!);
                critic.Save(file);
            }
        }

        _critics.Add(key, critic);
        return critic;
    }

    /// <summary>Makes something else that several items use, or gives the one that is there; kept in memory only.</summary>
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
}
