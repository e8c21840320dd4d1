using System.Globalization;
using MetaCritic;
using MetaCritic.ML;
using MetaCritic.ML.TorchSharp;
using MetaCritic.Models;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;

// Shows how a sentence tells an arm where to go: text → place → goal (joint angles) → a policy that reaches it, in one ML.NET pipeline. The text is
// classified by ML.NET's own text featuriser and trainer. With --torch it is Microsoft.ML.TorchSharp's text classification, a pre-trained
// transformer, which Fit downloads; where it cannot be downloaded, the program says so.
//
//   dotnet run -c Release --project examples/GoalsFromText
//   dotnet run -c Release --project examples/GoalsFromText -- "please go over to the left"
//
// Expected output (the last digits differ between processors):
//
//   "would you stretch the arm to the front": front, the arm ends at (-0.02, 0.69) rad, error 0.0038 rad²
//   "please go over to the left shelf": left, the arm ends at (0.93, 0.52) rad, error 0.0083 rad²
//   "rest now and fold the arm": home, the arm ends at (0.35, -1.11) rad, error 0.0011 rad²
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool torch = args.Contains("--torch");
string[] sentences = [.. args.Where(arg => arg != "--torch")];
sentences = sentences.Length > 0 ? sentences : ["would you stretch the arm to the front", "please go over to the left shelf", "rest now and fold the arm"];
try
{
    if (torch && await Unreachable() is { } why)
    {
        Console.Error.WriteLine($"Microsoft.ML.TorchSharp's text classification downloads its weights in Fit, and they cannot be downloaded here: {why}");
        Console.Error.WriteLine("Run it without --torch, or where the weights can be downloaded.");
        return 1;
    }

    MLContext ml = new(seed: 1) { FallbackToCpu = true };
    IDataView examples = ml.Data.LoadFromTextFile<Example>(Path.Combine(AppContext.BaseDirectory, "sentences.csv"), separatorChar: ',', hasHeader: true);

    // Joint angles (rad) of the places.
    Dictionary<string, float[]> places = new() { ["front"] = [0, 0.6f], ["left"] = [0.9f, 0.4f], ["right"] = [-0.9f, -0.4f], ["home"] = [0.4f, -1.1f] };
    CriticTransformer critic = CriticTransformer.From(ml, CriticModel.Load(Path.Combine(AppContext.BaseDirectory, "two-link.critic")));

    IEstimator<ITransformer> classification = torch ? Transformer(ml) : ml.Transforms.Text.FeaturizeText("Features", nameof(Example.Sentence)).Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
    var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Example.Place))
        .Append(classification)
        .Append(ml.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel"))
        .Append(ml.Transforms.Conversion.MapValue("baseHinge", places.Select(place => KeyValuePair.Create(place.Key, place.Value[0])), "Named"))
        .Append(ml.Transforms.Conversion.MapValue("interArm", places.Select(place => KeyValuePair.Create(place.Key, place.Value[1])), "Named"))
        .Append(ml.MetaCritic().Transforms.FitPolicies(critic, new PolicyFittingEstimator.Options
        {
            GoalColumns = ["baseHinge", "interArm"],
            ScoreColumnName = "Error",
            LabelColumnName = "ErrorWished",
            Fitting = TaskPreset.TwoLink.Fitting,
        }));
    var model = pipeline.Fit(examples);

    IDataView said = ml.Data.LoadFromEnumerable(sentences.Select(sentence => new Example { Sentence = sentence }));
    foreach (Reached reached in ml.Data.CreateEnumerable<Reached>(model.Transform(said), reuseRowObject: false))
    {
        Console.WriteLine($"\"{reached.Sentence}\": {reached.Named}, the arm ends at ({reached.FinalState[0]:F2}, {reached.FinalState[1]:F2}) rad, error {reached.Error:F4} rad²");
    }

    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message); // the place, what was found, and the remedy
    return 1;
}

// ML.NET itself tries for many minutes.
static async Task<string?> Unreachable()
{
    try
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10) };
        using HttpResponseMessage answer = await client.GetAsync(new Uri("https://aka.ms/mlnet-resources/"), HttpCompletionOption.ResponseHeadersRead);
        return null;
    }
    catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
    {
        return e.GetBaseException().Message;
    }
}

static IEstimator<ITransformer> Transformer(MLContext ml)
{
    TorchRuntime.UseCompatibleCopy = true; // on a Linux whose libstdc++ is older than TorchSharp wants
    TorchRuntime.Load();
    return ml.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: nameof(Example.Sentence));
}

internal sealed class Example
{
    [LoadColumn(0)]
    public string Sentence { get; set; } = "";

    [LoadColumn(1)]
    public string Place { get; set; } = "home";
}

internal sealed class Reached
{
    public string Sentence { get; set; } = "";

    public string Named { get; set; } = "";

    public float[] FinalState { get; set; } = [];

    public float Error { get; set; }
}
