using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>Two roll-outs in a 128-bit register.</summary>
internal readonly unsafe struct Lane2 : ILane<Lane2>
{
    private readonly Vector128<double> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane2(Vector128<double> value) => _value = value;

    public static int Width => 2;

    public static Lane2 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator +(Lane2 a, Lane2 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator -(Lane2 a, Lane2 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator -(Lane2 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator *(Lane2 a, Lane2 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator /(Lane2 a, Lane2 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Create(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Load(double* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane2 value, double* destination) => Vector128.Store(value._value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 MulAdd(Lane2 a, Lane2 b, Lane2 c) => new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 MulSub(Lane2 a, Lane2 b, Lane2 c) => Fma.IsSupported
        ? new(Fma.MultiplySubtract(a._value, b._value, c._value))
        : new(Vector128.FusedMultiplyAdd(a._value, b._value, -c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 NegMulAdd(Lane2 a, Lane2 b, Lane2 c) => Fma.IsSupported
        ? new(Fma.MultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector128.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Clamp(Lane2 x, Lane2 limit)
    {
        Vector128<double> high = Vector128.ConditionalSelect(Vector128.GreaterThan(x._value, limit._value), limit._value, x._value);
        return new(Vector128.ConditionalSelect(Vector128.LessThan(x._value, -limit._value), -limit._value, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 ZeroWhereBeyond(Lane2 value, Lane2 x, Lane2 limit) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(Vector128.Abs(x._value), limit._value), Vector128<double>.Zero, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 ZeroWhereOutward(Lane2 value, Lane2 x, Lane2 limit) => new(Vector128.ConditionalSelect(
        Vector128.GreaterThan(Vector128.Abs(x._value), limit._value) & ~Vector128.GreaterThan(x._value * value._value, Vector128<double>.Zero), Vector128<double>.Zero, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyondOrNaN(Lane2 x, double limit) =>
        !Vector128.LessThanOrEqualAll(Vector128.Abs(x._value), Vector128.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TurnBack(Lane2 shifted, ref Lane2 sin, ref Lane2 cos)
    {
        Vector128<long> k = shifted._value.AsInt64();
        Vector128<long> one = Vector128<long>.One;
        Vector128<long> two = Vector128.Create(2L);
        Vector128<double> odd = Vector128.Equals(k & one, one).AsDouble();
        Vector128<double> s = Vector128.ConditionalSelect(odd, cos._value, sin._value);
        Vector128<double> c = Vector128.ConditionalSelect(odd, sin._value, cos._value);
        sin = new((s.AsInt64() ^ Vector128.ShiftLeft(k & two, 62)).AsDouble());
        cos = new((c.AsInt64() ^ Vector128.ShiftLeft((k + one) & two, 62)).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Lane2 x, out Lane2 sin, out Lane2 cos) => LaneMath.SinCos(x, out sin, out cos);

    public static Lane2 TanhQuotient(Lane2 x) => LaneMath.TanhQuotient(x);
}
