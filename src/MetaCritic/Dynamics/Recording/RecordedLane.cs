using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.Recording;

/// <summary>
/// A lane that does not compute but writes down: run with it, an algorithm gives the program of what it does. Rounding may differ by
/// units in the last place, since products and sums are rounded one by one.
/// </summary>
internal readonly unsafe struct RecordedLane : ILane<RecordedLane>
{
    private readonly double _value; // see Recorder

    private RecordedLane(double value) => _value = value;

    public static int Width => 1;

    public static RecordedLane Zero => default;

    public static RecordedLane operator +(RecordedLane a, RecordedLane b) => new(Recorder.Current.Add(a._value, b._value));

    public static RecordedLane operator -(RecordedLane a, RecordedLane b) => new(Recorder.Current.Subtract(a._value, b._value));

    public static RecordedLane operator -(RecordedLane a) => new(Recorder.Current.Negate(a._value));

    public static RecordedLane operator *(RecordedLane a, RecordedLane b) => new(Recorder.Current.Multiply(a._value, b._value));

    public static RecordedLane operator /(RecordedLane a, RecordedLane b) => new(Recorder.Current.Divide(a._value, b._value));

    public static RecordedLane Create(double value) => new(value);

    public static RecordedLane Load(double* source) => new(*source);

    public static void Store(RecordedLane value, double* destination) => *destination = value._value;

    public static RecordedLane MulAdd(RecordedLane a, RecordedLane b, RecordedLane c) => (a * b) + c;

    public static RecordedLane MulSub(RecordedLane a, RecordedLane b, RecordedLane c) => (a * b) - c;

    public static RecordedLane NegMulAdd(RecordedLane a, RecordedLane b, RecordedLane c) => c - (a * b);

    public static RecordedLane Clamp(RecordedLane x, RecordedLane limit) => new(Recorder.Current.Clamp(x._value, limit._value));

    public static RecordedLane ZeroWhereBeyond(RecordedLane value, RecordedLane x, RecordedLane limit) =>
        new(Recorder.Current.Beyond(x._value, limit._value, 0, value._value));

    public static bool AnyBeyondOrNaN(RecordedLane x, double limit) => Recorder.Current.Asks(x._value, limit);

    public static void SinCos(RecordedLane x, out RecordedLane sin, out RecordedLane cos)
    {
        sin = new(Recorder.Current.Apply(ScalarOperation.Sine, x._value));
        cos = new(Recorder.Current.Apply(ScalarOperation.Cosine, x._value));
    }

    public static RecordedLane TanhQuotient(RecordedLane x)
    {
        RecordedLane series = default;
        RecordedLane square = x * x;
        foreach (double coefficient in Lanes.TanhQuotient.Series)
        {
            series = MulAdd(square, series, new(coefficient));
        }

        RecordedLane quotient = new RecordedLane(Recorder.Current.Apply(ScalarOperation.Tanh, x._value)) / x;
        return new(Recorder.Current.Beyond(x._value, Lanes.TanhQuotient.Small, quotient._value, series._value));
    }

    // What only derivatives need, which are not recorded, and what sine and cosine have done without.
    public static RecordedLane ZeroWhereOutward(RecordedLane value, RecordedLane x, RecordedLane limit) => throw new NotSupportedException();

    public static void TurnBack(RecordedLane shifted, ref RecordedLane sin, ref RecordedLane cos) => throw new NotSupportedException();
}
