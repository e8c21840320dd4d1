using System.Runtime.CompilerServices;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>One roll-out in a scalar register.</summary>
internal readonly unsafe struct Lane1 : ILane<Lane1>
{
    private readonly double _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane1(double value) => _value = value;

    public static int Width => 1;

    public static Lane1 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator +(Lane1 a, Lane1 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator -(Lane1 a, Lane1 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator -(Lane1 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator *(Lane1 a, Lane1 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator /(Lane1 a, Lane1 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Create(double value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Load(double* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane1 value, double* destination) => *destination = value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 MulAdd(Lane1 a, Lane1 b, Lane1 c) => new(Math.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 MulSub(Lane1 a, Lane1 b, Lane1 c) => new(Math.FusedMultiplyAdd(a._value, b._value, -c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 NegMulAdd(Lane1 a, Lane1 b, Lane1 c) => new(Math.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Clamp(Lane1 x, Lane1 limit) =>
        new(x._value > limit._value ? limit._value : x._value < -limit._value ? -limit._value : x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 ZeroWhereBeyond(Lane1 value, Lane1 x, Lane1 limit) =>
        new(Math.Abs(x._value) > limit._value ? 0 : value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 ZeroWhereOutward(Lane1 value, Lane1 x, Lane1 limit) =>
        Math.Abs(x._value) > limit._value && !(x._value * value._value > 0) ? default : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyondOrNaN(Lane1 x, double limit) => !(Math.Abs(x._value) <= limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TurnBack(Lane1 shifted, ref Lane1 sin, ref Lane1 cos)
    {
        long k = BitConverter.DoubleToInt64Bits(shifted._value);
        (double s, double c) = (k & 1) != 0 ? (cos._value, sin._value) : (sin._value, cos._value);
        sin = new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(s) ^ ((k & 2) << 62)));
        cos = new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(c) ^ (((k + 1) & 2) << 62)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Lane1 x, out Lane1 sin, out Lane1 cos) => LaneMath.SinCos(x, out sin, out cos);

    public static Lane1 TanhQuotient(Lane1 x) => LaneMath.TanhQuotient(x);
}
