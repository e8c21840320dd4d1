namespace MetaCritic.Tests.Shared;

/// <content>What several tests of the tool begin with.</content>
internal sealed partial class Workspace
{
    /// <summary>Settings that make meta-training take no time.</summary>
    public static readonly string[] Tiny =
    [
        "--set", "criticHidden=[6]", "--set", "policyHidden=[3]", "--set", "horizon=4", "--set", "policiesPerGoal=2", "--set", "checkpointInterval=2", "--set", "policyLearningRate=0.001",
    ];

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
}
