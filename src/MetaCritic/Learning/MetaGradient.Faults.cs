using MetaCritic.Networks;

namespace MetaCritic.Learning;

/// <content>What went wrong, found afterwards from what the passes left behind.</content>
internal sealed unsafe partial class MetaGradient<T>
{
    /// <summary>What was not finite in a roll-out of the last <see cref="Compute"/>; null if nothing was, or it only exceeded the limit of the task loss.</summary>
    public Fault? FaultOf(int b)
    {
        if (!Failed[b])
        {
            return null;
        }

        for (int k = 0; k < _rollouts.Length; k++)
        {
            int inner = k < _inner.Length ? k : -1;
            if (_rollouts[k].Diverged[b])
            {
                return _rollouts[k].FaultOf(b, inner);
            }

            if (inner >= 0 && !double.IsFinite(_inner[k].Losses[b]))
            {
                return _rollouts[k].WorstCotangent(b, DivergencePlace.Loss, k);
            }
        }

        return !double.IsFinite(TaskLosses[b]) ? LargestLoss(b)
            : TaskLosses[b] <= _options.TaskLossLimit ? _rollouts[^1].WorstCotangent(b, DivergencePlace.Gradient, -1, backwards: true)
            : null;
    }

    /// <summary>The roll-out that made <see cref="Gradient"/> lose its finiteness, or did most, and where.</summary>
    public (int Rollout, Fault Fault) FaultOfGradient()
    {
        (int Rollout, Fault Fault) worst = (0, default);
        double largest = -1;
        int width = _inputs.Critic.Width(0);
        for (int k = 0; k < _inner.Length; k++)
        {
            MlpBatch<T> critic = _inner[k].Critic;
            for (int row = 0; row < _inner[k].Samples; row++)
            {
                T* tangent = critic.InputTangent + ((long)row * width) + _inputs.StateSize;
                for (int i = 0; i < _inputs.ActionSize; i++)
                {
                    double value = Element<T>.ToDouble(tangent[i]);
                    double size = double.IsFinite(value) ? Math.Abs(value) : double.PositiveInfinity;
                    if (size > largest)
                    {
                        largest = size;
                        worst = (row / _options.Horizon, new(DivergencePlace.Gradient, k, row % _options.Horizon, i, value, OfCritic: true));
                    }
                }
            }
        }

        return worst;
    }

    /// <summary>
    /// Takes roll-outs whose critic is not finite out of the critic's passes: their tangents are 0, but 0 times what is not
    /// finite would spoil the gradient of the others.
    /// </summary>
    private void Silence()
    {
        for (int b = 0; b < Count; b++)
        {
            for (int k = 0; k < _inner.Length; k++)
            {
                if (double.IsFinite(_inner[k].Losses[b]) || _rollouts[k].FaultOf(b, k).Place == DivergencePlace.RollOut)
                {
                    continue; // states that diverged are parked at 0
                }

                MlpBatch<T> critic = _inner[k].Critic;
                for (int layer = -1; layer < _inputs.Critic.LayerCount; layer++)
                {
                    int width = _inputs.Critic.Width(layer + 1);
                    Clear(critic.H(layer));
                    Clear(critic.Adjoint(layer));
                    if (layer >= 0)
                    {
                        _criticGradient.ClearDeltas(layer, k, b * _options.Horizon, _options.Horizon);
                    }

                    void Clear(T* matrix) => new Span<T>(matrix + ((long)b * _options.Horizon * width), _options.Horizon * width).Clear();
                }
            }
        }
    }

    private Fault LargestLoss(int b)
    {
        PolicyRollouts<T> rollouts = _rollouts[^1];
        Fault worst = default;
        double largest = -1;
        for (int t = 1; t <= rollouts.Horizon; t++)
        {
            double* state = rollouts.State(b, t, out int stride);
            for (int i = 0; i < _inputs.StateSize; i++)
            {
                double part = _taskLoss.Part(t, i, state[(long)i * stride], Goal(b));
                if (part > largest)
                {
                    largest = part;
                    worst = new(DivergencePlace.Loss, -1, t, i, part);
                }
            }
        }

        return worst;
    }
}
