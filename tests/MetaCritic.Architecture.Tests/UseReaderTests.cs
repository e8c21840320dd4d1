using MetaCritic.Architecture.Tests.Sample;

namespace MetaCritic.Architecture.Tests;

/// <summary>A use is seen wherever it stands: shown on small types of this assembly.</summary>
[TestClass]
public sealed class UseReaderTests
{
    private static readonly Lazy<IReadOnlySet<TypeUse>> Uses = new(() => UseReader.Read(typeof(UseReaderTests).Assembly.Location).Uses);

    public static IEnumerable<object[]> Users => typeof(InBase).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(InBase).Namespace && !type.IsNested && type.Name.StartsWith("In", StringComparison.Ordinal))
        .Select(type => new object[] { type.Name.Split('`')[0] });

    [TestMethod]
    [DynamicData(nameof(Users))]
    public void A_use_is_seen(string user) => Assert.IsTrue(Uses.Value.Any(use => use.User.Name == user && use.Used.Name.Contains("Used", StringComparison.Ordinal)));

    [TestMethod]
    public void What_is_not_used_is_not_seen() => Assert.IsFalse(Uses.Value.Any(use => use.User.Name == nameof(Without) && use.Used.Name.Contains("Used", StringComparison.Ordinal)));
}
