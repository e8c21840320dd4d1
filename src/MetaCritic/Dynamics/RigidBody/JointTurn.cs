using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>The rotation between a body and its parent, R = Rz(swing)·Rx(twist)·Rz(angle), at the present joint positions.</summary>
internal readonly unsafe struct JointTurn<T>
    where T : unmanaged, ILane<T>
{
    private readonly double* _parameters;
    private readonly bool _hasSwing;
    private readonly T _cos;
    private readonly T _sin;
    private readonly T _cosTwist;
    private readonly T _sinTwist;

    /// <summary>Takes over sine and cosine of the joint's angle.</summary>
    /// <param name="hasSwing">Whether the swing is not 0.</param>
    /// <param name="parameters">The body's parameters.</param>
    /// <param name="cos">Cosine of the joint's angle.</param>
    /// <param name="sin">Sine of the joint's angle.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public JointTurn(bool hasSwing, double* parameters, T cos, T sin)
    {
        _parameters = parameters;
        _hasSwing = hasSwing;
        _cos = cos;
        _sin = sin;
        _cosTwist = T.Load(parameters + (BodyParameter.CosTwist * BodyParameter.BlockWidth));
        _sinTwist = T.Load(parameters + (BodyParameter.SinTwist * BodyParameter.BlockWidth));
    }

    /// <summary>The joint's axis in the parent's frame.</summary>
    public Vec3<T> Axis
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Vec3<T> axis = new(T.Zero, -_sinTwist, _cosTwist);
            return _hasSwing ? axis.TurnedZ(CosSwing, SinSwing) : axis;
        }
    }

    private T CosSwing
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Load(_parameters + (BodyParameter.CosSwing * BodyParameter.BlockWidth));
    }

    private T SinSwing
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Load(_parameters + (BodyParameter.SinSwing * BodyParameter.BlockWidth));
    }

    /// <summary>Rᵀ·v: a vector of the parent's frame in the body frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3<T> ToBody(Vec3<T> v)
    {
        if (_hasSwing)
        {
            v = v.TurnedBackZ(CosSwing, SinSwing);
        }

        return v.TurnedBackX(_cosTwist, _sinTwist).TurnedBackZ(_cos, _sin);
    }

    /// <summary>R·v: a vector of the body frame in the parent's frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3<T> ToParent(Vec3<T> v)
    {
        v = v.TurnedZ(_cos, _sin).TurnedX(_cosTwist, _sinTwist);
        return _hasSwing ? v.TurnedZ(CosSwing, SinSwing) : v;
    }

    /// <summary>R·M·Rᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Sym3<T> ToParent(Sym3<T> m)
    {
        m = m.TurnedZ(_cos, _sin).TurnedX(_cosTwist, _sinTwist);
        return _hasSwing ? m.TurnedZ(CosSwing, SinSwing) : m;
    }

    /// <summary>R·M·Rᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mat3<T> ToParent(Mat3<T> m)
    {
        m = m.TurnedZ(_cos, _sin).TurnedX(_cosTwist, _sinTwist);
        return _hasSwing ? m.TurnedZ(CosSwing, SinSwing) : m;
    }
}
