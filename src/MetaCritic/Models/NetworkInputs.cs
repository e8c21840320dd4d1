using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Models;

/// <summary>What the two networks see: sizes, order and scaling of their inputs.</summary>
internal sealed class NetworkInputs
{
    private readonly bool _relative;
    private readonly bool _withGoal;
    private readonly bool _constantPolicy;

    /// <summary>Fixes sizes, order and scaling.</summary>
    /// <param name="stateSize">Components of a state.</param>
    /// <param name="actionSize">Components of an action.</param>
    /// <param name="positionSize">Leading components of a state that are positions.</param>
    /// <param name="options">Input, scaling and widths of the networks.</param>
    /// <param name="constantPolicy">Whether policies see 0 instead of the state, so that without hidden layers π(s) = θ, the biases (Section 4.2).</param>
    public NetworkInputs(int stateSize, int actionSize, int positionSize, MetaTrainingOptions options, bool constantPolicy = false)
    {
        _constantPolicy = constantPolicy;
        StateSize = stateSize;
        ActionSize = actionSize;
        PositionSize = positionSize;
        PositionScale = options.PositionScale;
        VelocityScale = options.VelocityScale;
        ActionScale = options.ActionScale;
        ActionLimit = options.ActionLimit;
        _relative = options.CriticInput != CriticInput.Raw;
        _withGoal = options.CriticInput != CriticInput.Relative;
        IsCentred = options.CriticForm == CriticForm.Centred;
        OptionCheck.Parameters(stateSize, options.PolicyHidden, actionSize);
        OptionCheck.Parameters(CriticInputSize(stateSize, actionSize, positionSize, options.CriticInput), options.CriticHidden, 1);
        Policy = new(new MlpShape([stateSize, .. options.PolicyHidden, actionSize], options.PolicyActivation, ActionLimit > 0 ? Activation.Tanh : Activation.Linear));
        Critic = new(new MlpShape([CriticInputSize(stateSize, actionSize, positionSize, options.CriticInput), .. options.CriticHidden, 1], options.CriticActivation, options.CriticHead));
    }

    public int StateSize { get; }

    public int ActionSize { get; }

    public int PositionSize { get; }

    public double PositionScale { get; }

    public double VelocityScale { get; }

    public double ActionScale { get; }

    /// <summary>Largest action of a policy; 0 for none.</summary>
    public double ActionLimit { get; }

    /// <summary>Action per unit of a policy's output.</summary>
    public double ActionUnit => ActionLimit > 0 ? ActionLimit : 1;

    /// <summary>Input of the critic per unit of a policy's output.</summary>
    public double CriticUnit => ActionScale * ActionUnit;

    /// <summary>Whether the critic is <see cref="CriticForm.Centred"/>.</summary>
    public bool IsCentred { get; }

    /// <summary>Whether all goals have the same centre: a critic that sees q − g, but not g.</summary>
    public bool SharesCentre => _relative && !_withGoal;

    public MlpLayout Policy { get; }

    public MlpLayout Critic { get; }

    public static int CriticInputSize(int stateSize, int actionSize, int positionSize, CriticInput input) =>
        stateSize + actionSize + (input == CriticInput.Relative ? 0 : positionSize);

    /// <summary>Scale of a component of the state where the critic sees it.</summary>
    public double Scale(int component) => component < PositionSize ? PositionScale : VelocityScale;

    /// <summary>Scale of a component of the state where the policy sees it.</summary>
    public double PolicyScale(int component) => _constantPolicy ? 0 : Scale(component);

    /// <summary>Number of different centres of a number of goals; 0 if the critic is not centred.</summary>
    public int Centres(int goals) => !IsCentred ? 0 : SharesCentre ? 1 : goals;

    /// <summary>Writes the critic's input at rest at a goal without action, scaled.</summary>
    /// <param name="goal">The goal, [PositionSize].</param>
    /// <param name="row">Receives the input.</param>
    public unsafe void WriteCentre<T>(ReadOnlySpan<double> goal, T* row)
        where T : unmanaged
    {
        new Span<T>(row, Critic.Size(0)).Clear();
        for (int i = 0; i < PositionSize && _withGoal; i++)
        {
            T scaled = Element<T>.From(PositionScale * goal[i]);
            row[i] = _relative ? default : scaled;
            row[StateSize + ActionSize + i] = scaled;
        }
    }

    /// <summary>Writes a row of the critic's input: [q or q − g, q̇, a, g or nothing], scaled.</summary>
    /// <param name="state">The state, its components <paramref name="stride"/> apart.</param>
    /// <param name="action">The action, its components <paramref name="stride"/> apart.</param>
    /// <param name="stride">Distance of components.</param>
    /// <param name="goal">The goal, [PositionSize].</param>
    /// <param name="row">Receives the input.</param>
    public unsafe void WriteCriticRow<T>(double* state, double* action, int stride, ReadOnlySpan<double> goal, T* row)
        where T : unmanaged
    {
        for (int i = 0; i < StateSize; i++)
        {
            double value = state[(long)i * stride];
            if (_relative && i < PositionSize)
            {
                value -= goal[i];
            }

            row[i] = Element<T>.From(Scale(i) * value);
        }

        for (int i = 0; i < ActionSize; i++)
        {
            row[StateSize + i] = Element<T>.From(ActionScale * action[(long)i * stride]);
        }

        if (_withGoal)
        {
            for (int i = 0; i < PositionSize; i++)
            {
                row[StateSize + ActionSize + i] = Element<T>.From(PositionScale * goal[i]);
            }
        }
    }
}
