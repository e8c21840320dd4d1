using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Functions of TorchSharp whose errors ended the process: they throw, and do what they did otherwise.</summary>
[TestClass]
public sealed class GuardTests : TorchTests
{
    [TestMethod]
    public void On_Linux_all_of_them_are_guarded()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Only Linux needs it.");
        }

        CollectionAssert.AreEquivalent(new[] { "THSTensor_matmul", "THSTensor_cummax", "THSTensor_cummin", "THSAutograd_grad", "THSAutograd_CSharpNode_ctor" }, TorchRuntime.Guarded.ToArray());
    }

    [TestMethod]
    public void Right_calls_give_what_they_gave()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new double[,] { { 1, 2 }, { 3, 4 } }, requires_grad: true), b = tensor(new double[,] { { 5 }, { 6 } });
        Tensor product = a.matmul(b), stacked = a.unsqueeze(0).matmul(b);
        CollectionAssert.AreEqual(new double[] { 17, 39 }, product.data<double>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2, 1 }, stacked.shape);

        // 9 to 10 arguments, some of them on the stack: d(Σ (A b)²)/dA, and once more.
        Tensor unused = ones(1, float64, requires_grad: true);
        IList<Tensor> first = autograd.grad([product.square().sum()], [a, unused], create_graph: true, retain_graph: true, allow_unused: true);
        CollectionAssert.AreEqual(new double[] { 170, 204, 390, 468 }, first[0].data<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 50 + 60, 60 + 72, 50 + 60, 60 + 72 }, autograd.grad([first[0].sum()], [a])[0].data<double>().ToArray());
        (Tensor values, Tensor indexes) = tensor([1.0, 3, 2]).cummax(0);
        CollectionAssert.AreEqual(new double[] { 1, 3, 3 }, values.data<double>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 1 }, indexes.data<long>().ToArray());
    }

    [TestMethod]
    public void Each_thread_gets_its_own_error_and_goes_on()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, k =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor left = ones(k + 2, 3), right = ones(5, 1), fits = ones(3, 1);
            for (int i = 0; i < 200; i++)
            {
                ExternalException error = Assert.ThrowsExactly<ExternalException>(() => left.matmul(right));
                Assert.Contains($"({k + 2}x3 and 5x1)", error.Message);
                using Tensor product = left.matmul(fits);
                Assert.AreEqual(3, product[0, 0].item<float>());
            }
        });
    }

    [TestMethod]
    public void A_backward_that_throws_in_training_of_ones_own_is_an_error_of_torch()
    {
        for (int i = 0; i < 3; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = ones(2, requires_grad: true);
            Assert.StartsWith(
                "Function CSharpNode returned an invalid number of gradients",
                Assert.ThrowsExactly<ExternalException>(() => Misuses.ThrowingBack.apply(x).sum().backward()).Message);
            Assert.IsNull(x.grad);
        }
    }
}
