using System.Reflection;

namespace MetaCritic.Files;

/// <summary>What files say about the product that wrote them.</summary>
public static class ProductInfo
{
    /// <summary>Name of the product.</summary>
    public const string Name = "MetaCritic.ML";

    /// <summary>Version of the product, for example <c>0.1.0</c>, without the mark of a source revision.</summary>
    public static string Version { get; } = WithoutRevision(
        typeof(ProductInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0");

    internal static string WithoutRevision(string version) => version.Split('+')[0];
}
