using MetaCritic.Cli.Output;
using MetaCritic.Learning;

namespace MetaCritic.Cli.Commands;

/// <summary>Where a training keeps its checkpoint: in the folder of --checkpoint, or else beside its output until it is done.</summary>
internal sealed class TrainingCheckpoint : IDisposable
{
    private readonly bool _stays;

    private TrainingCheckpoint(string folder, bool stays)
    {
        (Folder, _stays) = (folder, stays);
        File = Path.Combine(folder, MetaTrainer.CheckpointFileName);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The checkpoint in it.</summary>
    public string File { get; }

    /// <summary>Makes the folder ready.</summary>
    /// <param name="terminal">Where to say what becomes of a checkpoint that is there.</param>
    /// <param name="folder">The folder of --checkpoint; null for one beside the output.</param>
    /// <param name="output">The output, which can be written.</param>
    /// <param name="resumes">Whether the training goes on from the checkpoint.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made or written to.</exception>
    public static TrainingCheckpoint Prepare(Terminal terminal, string? folder, string output, bool resumes)
    {
        TrainingCheckpoint checkpoint = new(folder ?? output + ".checkpoint", stays: folder is not null);
        OutputFiles.PrepareFolder("--checkpoint", checkpoint.Folder);
        OutputFiles.PrepareOutput(checkpoint.File);
        if (resumes && !System.IO.File.Exists(checkpoint.File))
        {
            terminal.Remark($"{checkpoint.File}: there is no checkpoint yet; starting anew");
        }
        else if (!resumes && System.IO.File.Exists(checkpoint.File))
        {
            terminal.Remark($"{checkpoint.File}: this checkpoint will be replaced; --resume would continue from it");
        }

        return checkpoint;
    }

    /// <summary>Removes what was kept only in case the training would be stopped.</summary>
    public void Remove()
    {
        if (!_stays)
        {
            ModelLearningTrainer.RemoveCheckpoint(Folder); // of a training without a log, too
        }
    }

    /// <summary>Removes the folder beside the output if nothing is in it.</summary>
    public void Dispose()
    {
        if (!_stays && Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Directory.Delete(Folder);
        }
    }
}
