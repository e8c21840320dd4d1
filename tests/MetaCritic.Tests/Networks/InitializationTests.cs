using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

[TestClass]
public sealed unsafe class InitializationTests
{
    [TestMethod]
    public void Weights_and_biases_are_uniform_by_the_inputs_of_their_layer()
    {
        MlpShape shape = new([100, 25, 400], Activation.Tanh);
        MlpLayout layout = new(shape);
        using AlignedBuffer<float> padded = new(layout.Length);
        Initialization.Uniform(layout, KeyedRandom.Create(1), padded.Pointer);
        float[] parameters = new float[shape.ParameterCount];
        layout.Export(padded.Pointer, parameters.AsSpan());
        CheckRange(parameters[..(101 * 25)], 0.1);
        CheckRange(parameters[(101 * 25)..], 0.2);

        static void CheckRange(float[] values, double bound)
        {
            Assert.IsTrue(values.All(x => Math.Abs(x) <= bound));
            Assert.AreEqual(bound, values.Max(Math.Abs), 0.01 * bound);
            Assert.AreEqual(bound * bound / 3, values.Average(x => (double)x * x), 0.1 * bound * bound / 3);
        }
    }
}
