using MetaCritic.Analysis;

namespace MetaCritic.Tests.Analysis;

[TestClass]
public sealed class ErrorSummaryTests
{
    [TestMethod]
    public void Statistics_are_those_computed_by_hand()
    {
        // 1, 2, 3, 4, 10: mean 4; squared deviations 9 + 4 + 1 + 0 + 36 = 50, over 4: 12.5; p90 at place 3.6: 4 + 0.6 · 6.
        ErrorSummary s = ErrorSummary.Of([10, 1, double.NaN, 3, 2, 4], tolerance: 3);
        Assert.AreEqual(6, s.Count);
        Assert.AreEqual(1, s.Diverged);
        Assert.AreEqual(4, s.Mean);
        Assert.AreEqual(Math.Sqrt(12.5), s.StandardDeviation, 1e-15);
        Assert.AreEqual(3, s.Median);
        Assert.AreEqual(7.6, s.Percentile90, 1e-14);
        Assert.AreEqual(0.5, s.SuccessRate);
        Assert.AreEqual(3, s.Tolerance);
    }

    [TestMethod]
    public void The_median_of_an_even_number_lies_between_the_middle_two() =>
        Assert.AreEqual(2.5, ErrorSummary.Of([4, 1, 2, 3]).Median);

    [TestMethod]
    public void The_interval_of_many_errors_is_the_normal_one()
    {
        // Of 0, 1, ..., 999: standard deviation of the mean sqrt((1000² − 1) / 12 / 1000) = 9.129.
        ErrorSummary s = ErrorSummary.Of([.. Enumerable.Range(0, 1000).Select(i => (double)i)]);
        Assert.AreEqual(499.5 - (1.96 * 9.129), s.ConfidenceLow, 0.5);
        Assert.AreEqual(499.5 + (1.96 * 9.129), s.ConfidenceHigh, 0.5);
    }

    [TestMethod]
    public void The_interval_of_two_errors_is_that_of_their_three_means()
    {
        // Means of resamples of {0, 1}: 0, ½, 1 with probabilities ¼, ½, ¼.
        ErrorSummary s = ErrorSummary.Of([0, 1]);
        Assert.AreEqual(0, s.ConfidenceLow);
        Assert.AreEqual(1, s.ConfidenceHigh);
        Assert.AreEqual(s.ConfidenceHigh, ErrorSummary.Of([0, 1]).ConfidenceHigh);
    }

    [TestMethod]
    public void One_error_has_no_standard_deviation()
    {
        ErrorSummary s = ErrorSummary.Of([0.01]);
        Assert.IsTrue(double.IsNaN(s.StandardDeviation));
        Assert.AreEqual(0.01, s.Mean);
        Assert.AreEqual(0.01, s.ConfidenceLow);
        Assert.AreEqual(0.01, s.ConfidenceHigh);
        Assert.AreEqual(1, s.SuccessRate);
    }

    [TestMethod]
    public void Without_errors_only_counts_are_numbers()
    {
        ErrorSummary s = ErrorSummary.Of([double.NaN, double.PositiveInfinity]);
        Assert.AreEqual(2, s.Diverged);
        Assert.AreEqual(0, s.SuccessRate);
        Assert.IsTrue(double.IsNaN(s.Mean) && double.IsNaN(s.StandardDeviation) && double.IsNaN(s.Median) && double.IsNaN(s.Percentile90) && double.IsNaN(s.ConfidenceLow));
        Assert.IsTrue(double.IsNaN(ErrorSummary.Of([]).SuccessRate));
    }

    [TestMethod]
    public void An_error_at_the_tolerance_is_a_success()
    {
        Assert.AreEqual(1, ErrorSummary.Of([ErrorSummary.DefaultTolerance]).SuccessRate);
        Assert.AreEqual(0, ErrorSummary.Of([Math.BitIncrement(ErrorSummary.DefaultTolerance)]).SuccessRate);
    }

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Wrong_tolerances_are_refused(double tolerance) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => ErrorSummary.Of([1], tolerance)).Message, "tolerance: value is");

    [TestMethod]
    public void Negative_errors_are_refused() => Assert.ThrowsExactly<InvalidInputException>(() => ErrorSummary.Of([1, -1]));
}
