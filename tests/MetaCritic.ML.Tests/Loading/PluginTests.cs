using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using MetaCritic.ML.Tests.Docs;
using Microsoft.ML;

namespace MetaCritic.ML.Tests.Loading;

/// <summary>A plugin has a load context of its own with MetaCritic in it, and shares Microsoft.ML with its host.</summary>
[TestClass]
public sealed class PluginTests
{
    private static readonly Lazy<PluginContext> Plugin = new(() => new());
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases => EstimatorCase.Names;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void APluginLoadsAndSavesModels(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer transformer = one.Create(_ml).Fit(data);
        string folder = Directory.CreateTempSubdirectory("mlnet").FullName, path = Path.Combine(folder, "model.zip"), again = Path.Combine(folder, "again.zip");
        _ml.Model.Save(transformer, data.Schema, path);
        string expected = Tables.Bits(transformer.Transform(data), one.Outputs);
        Assert.AreEqual(expected, Call(Plugin.Value, nameof(PluginFlow.LoadAndSave), name, path, again));
        Assert.AreEqual(expected, Tables.Bits(_ml.Model.Load(again, out _).Transform(data), one.Outputs));
        Directory.Delete(folder, recursive: true);
    }

    // The host of this test has a copy of its own, which ML.NET finds first.
    [TestMethod]
    public void WithoutTheLineItSaysWhatToDo()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlnet").FullName, "model.zip");
        _ml.Model.Save(EstimatorCase.Of("policy").Create(_ml).Fit(Tables.All(_ml)), Tables.All(_ml).Schema, path);
        Assert.Contains("EnterContextualReflection()", (string)Call(Plugin.Value, nameof(PluginFlow.RefusalWithoutContext), path)!);
        File.Delete(path);
    }

    // With tables of the plugin's own types it cannot: ML.NET keeps such types.
    [TestMethod]
    public void APluginThatUsesTheEngineAloneCanBeUnloaded()
    {
        WeakReference context = LoadedAndUnloaded();
        for (int i = 0; i < 100 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.IsFalse(context.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadedAndUnloaded()
    {
        PluginContext context = new();
        Call(context, nameof(PluginFlow.MetaTrain));
        context.Unload();
        return new(context);
    }

    // Runs a method of this assembly's copy in the plugin.
    private static object? Call(PluginContext plugin, string method, params string[] arguments)
    {
        Type flow = plugin.LoadFromAssemblyName(typeof(PluginTests).Assembly.GetName()).GetType(typeof(PluginFlow).FullName!, throwOnError: true)!;
        Assert.AreNotEqual(typeof(PluginFlow), flow);
        return flow.GetMethod(method)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    private sealed class PluginContext() : AssemblyLoadContext("plugin", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name!.StartsWith("MetaCritic", StringComparison.Ordinal)
            ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
            : null; // of the host
    }
}

/// <summary>What runs in the plugin.</summary>
internal static class PluginFlow
{
    public static string LoadAndSave(string name, string path, string again)
    {
        MLContext ml = new();
        ITransformer loaded = Snippets.LoadInAPlugin(ml, path);
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(ml);
        ITransformer typed = one.Restore(ml, loaded);
        ml.Model.Save(typed, data.Schema, again);
        string bits = Tables.Bits(loaded.Transform(data), one.Outputs);
        return bits == Tables.Bits(typed.Transform(data), one.Outputs) ? bits : "the typed transformer gives other bits than the loaded one";
    }

    public static string RefusalWithoutContext(string path)
    {
        MLContext ml = new();
        return Assert.ThrowsExactly<InvalidInputException>(() => PolicyTransformer.From(ml, ml.Model.Load(path, out _))).Message;
    }

    public static void MetaTrain() => Assert.IsNotNull(Tables.Train(Tables.Training));
}
