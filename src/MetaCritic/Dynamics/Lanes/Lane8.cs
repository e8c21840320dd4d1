using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>Eight roll-outs in a 512-bit register.</summary>
internal readonly unsafe struct Lane8 : ILane<Lane8>
{
    private readonly Vector512<double> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane8(Vector512<double> value) => _value = value;

    public static int Width => 8;

    public static Lane8 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator +(Lane8 a, Lane8 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator -(Lane8 a, Lane8 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator -(Lane8 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator *(Lane8 a, Lane8 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator /(Lane8 a, Lane8 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Create(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane8 value, double* destination) => Vector512.Store(value._value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 MulAdd(Lane8 a, Lane8 b, Lane8 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 MulSub(Lane8 a, Lane8 b, Lane8 c) => Avx512F.IsSupported
        ? new(Avx512F.FusedMultiplySubtract(a._value, b._value, c._value))
        : new(Vector512.FusedMultiplyAdd(a._value, b._value, -c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 NegMulAdd(Lane8 a, Lane8 b, Lane8 c) => Avx512F.IsSupported
        ? new(Avx512F.FusedMultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector512.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Clamp(Lane8 x, Lane8 limit)
    {
        Vector512<double> high = Vector512.ConditionalSelect(Vector512.GreaterThan(x._value, limit._value), limit._value, x._value);
        return new(Vector512.ConditionalSelect(Vector512.LessThan(x._value, -limit._value), -limit._value, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 ZeroWhereBeyond(Lane8 value, Lane8 x, Lane8 limit) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(x._value), limit._value), Vector512<double>.Zero, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 ZeroWhereOutward(Lane8 value, Lane8 x, Lane8 limit) => new(Vector512.ConditionalSelect(
        Vector512.GreaterThan(Vector512.Abs(x._value), limit._value) & ~Vector512.GreaterThan(x._value * value._value, Vector512<double>.Zero), Vector512<double>.Zero, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyondOrNaN(Lane8 x, double limit) =>
        !Vector512.LessThanOrEqualAll(Vector512.Abs(x._value), Vector512.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TurnBack(Lane8 shifted, ref Lane8 sin, ref Lane8 cos)
    {
        Vector512<long> k = shifted._value.AsInt64();
        Vector512<long> one = Vector512<long>.One;
        Vector512<long> two = Vector512.Create(2L);
        Vector512<double> odd = Vector512.Equals(k & one, one).AsDouble();
        Vector512<double> s = Vector512.ConditionalSelect(odd, cos._value, sin._value);
        Vector512<double> c = Vector512.ConditionalSelect(odd, sin._value, cos._value);
        sin = new((s.AsInt64() ^ Vector512.ShiftLeft(k & two, 62)).AsDouble());
        cos = new((c.AsInt64() ^ Vector512.ShiftLeft((k + one) & two, 62)).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Lane8 x, out Lane8 sin, out Lane8 cos) => LaneMath.SinCos(x, out sin, out cos);

    public static Lane8 TanhQuotient(Lane8 x) => LaneMath.TanhQuotient(x);
}
