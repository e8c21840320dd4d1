using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>Four roll-outs in a 256-bit register.</summary>
internal readonly unsafe struct Lane4 : ILane<Lane4>
{
    private readonly Vector256<double> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane4(Vector256<double> value) => _value = value;

    public static int Width => 4;

    public static Lane4 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator +(Lane4 a, Lane4 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator -(Lane4 a, Lane4 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator -(Lane4 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator *(Lane4 a, Lane4 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator /(Lane4 a, Lane4 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Create(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane4 value, double* destination) => Vector256.Store(value._value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 MulAdd(Lane4 a, Lane4 b, Lane4 c) => new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 MulSub(Lane4 a, Lane4 b, Lane4 c) => Fma.IsSupported
        ? new(Fma.MultiplySubtract(a._value, b._value, c._value))
        : new(Vector256.FusedMultiplyAdd(a._value, b._value, -c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 NegMulAdd(Lane4 a, Lane4 b, Lane4 c) => Fma.IsSupported
        ? new(Fma.MultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector256.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Clamp(Lane4 x, Lane4 limit)
    {
        Vector256<double> high = Vector256.ConditionalSelect(Vector256.GreaterThan(x._value, limit._value), limit._value, x._value);
        return new(Vector256.ConditionalSelect(Vector256.LessThan(x._value, -limit._value), -limit._value, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 ZeroWhereBeyond(Lane4 value, Lane4 x, Lane4 limit) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(Vector256.Abs(x._value), limit._value), Vector256<double>.Zero, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 ZeroWhereOutward(Lane4 value, Lane4 x, Lane4 limit) => new(Vector256.ConditionalSelect(
        Vector256.GreaterThan(Vector256.Abs(x._value), limit._value) & ~Vector256.GreaterThan(x._value * value._value, Vector256<double>.Zero), Vector256<double>.Zero, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyondOrNaN(Lane4 x, double limit) =>
        !Vector256.LessThanOrEqualAll(Vector256.Abs(x._value), Vector256.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TurnBack(Lane4 shifted, ref Lane4 sin, ref Lane4 cos)
    {
        Vector256<long> k = shifted._value.AsInt64();
        Vector256<long> one = Vector256<long>.One;
        Vector256<long> two = Vector256.Create(2L);
        Vector256<double> odd = Vector256.Equals(k & one, one).AsDouble();
        Vector256<double> s = Vector256.ConditionalSelect(odd, cos._value, sin._value);
        Vector256<double> c = Vector256.ConditionalSelect(odd, sin._value, cos._value);
        sin = new((s.AsInt64() ^ Vector256.ShiftLeft(k & two, 62)).AsDouble());
        cos = new((c.AsInt64() ^ Vector256.ShiftLeft((k + one) & two, 62)).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Lane4 x, out Lane4 sin, out Lane4 cos) => LaneMath.SinCos(x, out sin, out cos);

    public static Lane4 TanhQuotient(Lane4 x) => LaneMath.TanhQuotient(x);
}
