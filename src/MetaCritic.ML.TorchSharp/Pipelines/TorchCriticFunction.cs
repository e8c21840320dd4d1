using MetaCritic.ML.Functions;
using MetaCritic.Models;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>Scores rows with a critic whose network is a module.</summary>
internal sealed class TorchCriticFunction(TorchCriticModel critic, string? architecture, CriticColumns columns) : CriticFunction(critic.System, columns)
{
    /// <summary>The critic.</summary>
    public TorchCriticModel Critic => critic;

    /// <summary>Name of its network's architecture; null for a multi-layer perceptron.</summary>
    public string? Architecture => architecture;

    /// <summary>Writes a critic so that <see cref="TorchArchitectures.Find"/> and its file give it back.</summary>
    /// <exception cref="InvalidInputException">The architecture has no name.</exception>
    public static void Save(TorchCriticModel critic, string? architecture, Stream stream)
    {
        if (architecture is not null)
        {
            critic.Save(stream);
            return;
        }

        if (!critic.IsMlp)
        {
            throw new InvalidInputException(
                "options.Architecture", "value is null, and the critic's network is a module of your own", "Name the architecture, and register the name with TorchArchitectures.Register where the model is loaded");
        }

        // With the widths of its own network in the options, the file needs no function.
        CriticModel managed = critic.ToCriticModel();
        using TorchCriticModel plain = TorchCriticModel.From(managed);
        plain.Save(stream);
    }

    protected override float Score(ReadOnlySpan<double> state, ReadOnlySpan<double> action, ReadOnlySpan<double> goal, Span<double> actionGradient)
    {
        float score = 0;
        critic.Score(state, action, goal, new Span<float>(ref score), actionGradient);
        return score;
    }

    protected override void Score(ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> goals, Span<float> scores, Span<double> actionGradients) =>
        critic.Score(states, actions, goals, scores, actionGradients);
}

/// <summary>What is saved beside a critic's file.</summary>
internal sealed record TorchCriticHeader(string? Architecture, CriticColumns Columns);
