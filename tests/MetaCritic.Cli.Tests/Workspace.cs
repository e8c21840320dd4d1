namespace MetaCritic.Cli.Tests;

/// <summary>A folder of files for one test, with spaces and letters beyond ASCII in its name.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>Settings that make meta-training take no time.</summary>
    public static readonly string[] Tiny =
    [
        "--set", "criticHidden=[6]", "--set", "policyHidden=[3]", "--set", "horizon=4", "--set", "policiesPerGoal=2", "--set", "checkpointInterval=2", "--set", "policyLearningRate=0.001",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic tool ğ").FullName;

    public string this[string name] => Path.Combine(_folder, name);

    public static string TestData(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>A critic of the two-link arm after two meta-iterations.</summary>
    public async Task<string> Critic()
    {
        string goals = Write("training.csv", "goal_0,goal_1\n0.5,-0.5\n");
        await ToolRun.Good(["train", "--robot", "two-link", "--goals", goals, "--out", this["two-link.critic"], "--iterations", "2", .. Tiny]);
        return this["two-link.critic"];
    }

    /// <summary>Arguments of <c>train</c> for three rounds of three meta-iterations on a log of the reacher; an output is still to be added.</summary>
    public async Task<string[]> TrainingOnALog(params string[] more)
    {
        string log = this["log.csv"], goals = Write("log goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        await ToolRun.Good("collect", "--robot", "reacher", "--out", log, "--episodes", "6", "--horizon", "20");
        return
        [
            "--transitions", log, "--goals", goals, "--environment", "reacher", "--rounds", "3", "--episodes-per-round", "3", "--set", "training.iterations=9",
            "--learn", "epochs=3", "--learn", "members=2", "--learn", "hidden=[6]", .. Tiny, .. more,
        ];
    }

    public string[] Files() => [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder, f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
