using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// L(θ) = 1/N Σ_i M(s_i, π_θ(s_i)), what a critic M thinks of a policy on a minibatch of states, its gradient with respect
/// to θ (Silver et al. 2014), and the gradient of its directional derivative with respect to the critic's parameters.
/// </summary>
internal sealed unsafe class PolicyLoss<T> : IDisposable
    where T : unmanaged
{
    private readonly ActorCriticInputs _inputs;
    private readonly Network<T> _policyNetwork, _criticNetwork;
    private readonly NetworkPass<T> _policy, _critic;

    public PolicyLoss(ActorCriticInputs inputs, Network<T> policy, Network<T> critic, int rows, MlpPasses passes, WorkerTeam team)
    {
        _inputs = inputs;
        _policyNetwork = policy;
        _criticNetwork = critic;
        _policy = new(policy, rows, passes, team);
        _critic = new(critic, rows, passes, team);
    }

    /// <summary>L(θ) on the states of a minibatch.</summary>
    public double Value(Minibatch<T> batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            SetState(i, batch.Row(i), batch.Goal(i));
        }

        return Value();
    }

    /// <summary>The critic's estimates M(s', π(s')) of the states reached; see <see cref="Estimate"/>.</summary>
    public void EvaluateNext(Minibatch<T> batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            SetState(i, batch.Next(i), batch.Goal(i));
        }

        Value();
    }

    /// <summary>M(s_i, π(s_i)) of the preceding evaluation.</summary>
    public double Estimate(int i) => Element<T>.ToDouble(_critic.Output(i)[0]);

    /// <summary>∇_θ L after <see cref="Value(Minibatch{T})"/>.</summary>
    public void Gradient(AlignedBuffer<T> gradient)
    {
        for (int i = 0; i < _critic.Rows; i++)
        {
            _critic.OutputCotangent(i)[0] = Element<T>.From(1.0 / _critic.Rows);
        }

        _critic.Reverse(); // ∂M/∂a
        for (int i = 0; i < _critic.Rows; i++)
        {
            CopyAction(_critic.InputCotangent(i) + _inputs.StateSize, _policy.OutputCotangent(i));
        }

        _policy.Reverse(); // (∂π/∂θ)ᵀ ∂M/∂a
        _policy.Gradient(gradient);
    }

    /// <summary>
    /// ∇_ω ⟨∇_θ L, u⟩ after <see cref="Gradient"/>, with ω the critic's parameters: since θ acts through the actions alone,
    /// ⟨∇_θ L, u⟩ = 1/N Σ_i ⟨∂M_ω/∂a, ȧ_i⟩ with ȧ_i = ∂π_θ(s_i)/∂θ · u.
    /// </summary>
    /// <param name="u">Direction in the policy's parameters, packed.</param>
    /// <param name="gradient">Receives the result.</param>
    public void GradientOfDirectional(PackedWeights<T> u, AlignedBuffer<T> gradient)
    {
        Mlp<T>.Tangent(_policy.Batch, _policyNetwork.Weights, u, 0, _policy.Rows); // ȧ
        for (int i = 0; i < _critic.Rows; i++)
        {
            CopyAction(_policy.OutputTangent(i), _critic.InputTangent(i) + _inputs.StateSize);
        }

        Mlp<T>.Tangent(_critic.Batch, _criticNetwork.Weights, null, 0, _critic.Rows);
        Mlp<T>.ReverseOfTangent(_critic.Batch, _criticNetwork.Weights, null, 0, _critic.Rows, secondCotangent: false, inputCotangent: false);
        gradient.Clear();
        Mlp<T>.AddGradientOfTangent(_critic.Batch, 0, _critic.Rows, gradient.Pointer, inputTangent: true);
    }

    public void Dispose()
    {
        _policy.Dispose();
        _critic.Dispose();
    }

    private double Value()
    {
        _policy.Forward();
        double sum = 0;
        for (int i = 0; i < _critic.Rows; i++)
        {
            CopyAction(_policy.Output(i), _critic.Input(i) + _inputs.StateSize);
        }

        _critic.Forward();
        for (int i = 0; i < _critic.Rows; i++)
        {
            sum += Estimate(i);
        }

        return sum / _critic.Rows;
    }

    private void SetState(int i, T* state, T* goal)
    {
        Copy(state, _inputs.StateSize, _policy.Input(i));
        Copy(goal, _inputs.GoalSize, _policy.Input(i) + _inputs.StateSize);
        Copy(state, _inputs.StateSize, _critic.Input(i));
        Copy(goal, _inputs.GoalSize, _critic.Input(i) + _inputs.StateSize + _inputs.ActionSize);
    }

    private static void Copy(T* source, int count, T* target) => new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(target, count));

    // The critic's input is a multiple of the policy's output; values, cotangents and tangents convert alike.
    private void CopyAction(T* source, T* target)
    {
        for (int k = 0; k < _inputs.ActionSize; k++)
        {
            target[k] = Element<T>.From(_inputs.CriticUnit * Element<T>.ToDouble(source[k]));
        }
    }
}
