using System.Runtime.InteropServices;

namespace MetaCritic.Packages.Tests;

/// <summary>Programs that bring their assemblies along in other ways: in a single file, and as a plugin.</summary>
[TestClass]
public sealed class PublishTests
{
    private const string Model = """
        using System.Reflection;
        using System.Runtime.Loader;
        using MetaCritic.ML;
        using MetaCritic.Robots;
        using Microsoft.ML;
        using Microsoft.ML.Data;

        public static class Model
        {
            public static void Save(string path)
            {
                MLContext ml = new();
                IDataView goals = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.5, 0.5]);
                ml.Model.Save(ml.MetaCritic().Trainers.Policies(RobotModel.TwoLink, numberOfIterations: 1, numberOfSteps: 1).Fit(goals), goals.Schema, path);
            }

            public static string Load(string path, bool inThePluginsContext)
            {
                MLContext ml = new();
                ITransformer loaded;
                try
                {
                    using (inThePluginsContext ? AssemblyLoadContext.GetLoadContext(typeof(PolicyTrainer).Assembly)!.EnterContextualReflection() : default)
                    {
                        loaded = ml.Model.Load(path, out _);
                    }
                }
                catch (Exception e)
                {
                    return e.ToString();
                }

                IDataView goals = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.4, -0.3]);
                float[] scores = [.. new[] { loaded, PolicyFittingTransformer.From(ml, loaded) }.Select(model => model.Transform(goals).GetColumn<float>("Score").Single())];
                return scores[0] == scores[1] && scores[0] > 0 ? "the same score" : string.Join(", ", scores);
            }
        }
        """;

    private static Machine Machine => Packed.Machine;

    [TestMethod]
    public void AProgramInASingleFileSavesAndLoads()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Inconclusive("Tried on Linux on x64 only.");
        }

        string source = Model.Replace("public static class", """
            Console.WriteLine($"'{typeof(PolicyTrainer).Assembly.Location}'");
            Model.Save("model.zip");
            Console.WriteLine(Model.Load("model.zip", false));

            public static class
            """, StringComparison.Ordinal);
        string folder = Machine.WriteProgram("SingleFile", source, "MetaCritic.ML");
        // Without the analyser, which would ask a feed for a package of its own.
        Machine.Run("dotnet", folder, "publish", "-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-p:PublishSingleFile=true", "-p:EnableSingleFileAnalyzer=false", "-o", "out");
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(folder, "out"), "*.dll"));
        Assert.AreEqual("''\nthe same score", Machine.Run(Path.Combine(folder, "out", "SingleFile"), Path.Combine(folder, "out")).Trim());
    }

    [TestMethod]
    public void APluginLoadsAModelInItsContext()
    {
        string plugin = Machine.WriteProgram("Plugin", Model, ["MetaCritic.ML"], "<OutputType>Library</OutputType><EnableDynamicLoading>true</EnableDynamicLoading>");
        string host = Machine.WriteProgram("Host", """
            using System.Reflection;
            using System.Runtime.Loader;
            using Microsoft.ML;

            _ = new MLContext(); // the host's ML.NET, which the plugin shares
            Assembly assembly = new Plugin(args[0]).LoadFromAssemblyPath(args[0]);
            Type model = assembly.GetType("Model")!;
            model.GetMethod("Save")!.Invoke(null, ["model.zip"]);
            Console.WriteLine(model.GetMethod("Load")!.Invoke(null, ["model.zip", bool.Parse(args[1])]));

            internal sealed class Plugin(string path) : AssemblyLoadContext("plugin")
            {
                private readonly AssemblyDependencyResolver _resolver = new(path);

                protected override Assembly? Load(AssemblyName name) =>
                    name.Name!.StartsWith("MetaCritic", StringComparison.Ordinal) || name.Name is "MathNet.Numerics" or "CsvHelper" ? LoadFromAssemblyPath(_resolver.ResolveAssemblyToPath(name)!) : null;
            }
            """, ["Microsoft.ML"]);
        Machine.Run("dotnet", plugin, "build", "-c", "Release", "-o", "out");
        Machine.Run("dotnet", host, "build", "-c", "Release", "-o", "out");
        string Run(bool inThePluginsContext) => Machine.Run("dotnet", host, Path.Combine("out", "Host.dll"), Path.Combine(plugin, "out", "Plugin.dll"), inThePluginsContext.ToString());

        Assert.AreEqual("the same score", Run(true).Trim());
        string without = Run(false);
        Assert.Contains("FileNotFoundException", without);
        Assert.Contains("MetaCritic.ML", without);
    }
}
