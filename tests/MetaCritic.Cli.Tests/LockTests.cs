namespace MetaCritic.Cli.Tests;

/// <summary>Every command that takes a robot reads and locks it alike.</summary>
[TestClass]
public sealed class LockTests
{
    // An arm of two joints with a gripper, a joint that is only read when locked, and an attribute that is not known.
    private const string Hand = """
        <robot name="hand">
          <link name="base"/>
          <link name="upper"><inertial><origin xyz="0.2 0 0"/><mass value="1"/><inertia ixx="0.01" ixy="0" ixz="0" iyy="0.02" iyz="0" izz="0.02"/></inertial></link>
          <link name="fore"><inertial><origin xyz="0.2 0 0"/><mass value="1"/><inertia ixx="0.01" ixy="0" ixz="0" iyy="0.02" iyz="0" izz="0.02"/></inertial></link>
          <link name="finger"><inertial><mass value="0.1"/><inertia ixx="0.001" ixy="0" ixz="0" iyy="0.001" iyz="0" izz="0.001"/></inertial></link>
          <link name="loose"><inertial><mass value="0.1"/><inertia ixx="0.001" ixy="0" ixz="0" iyy="0.001" iyz="0" izz="0.001"/></inertial></link>
          <joint name="shoulder" type="continuous"><parent link="base"/><child link="upper"/><axis xyz="0 0 1"/><dynamics damping="0.5"/></joint>
          <joint name="elbow" type="continuous" colour="red"><parent link="upper"/><child link="fore"/><origin xyz="0.4 0 0"/><axis xyz="0 0 1"/><dynamics damping="0.5"/></joint>
          <joint name="grip" type="prismatic"><parent link="fore"/><child link="finger"/><origin xyz="0.4 0 0"/><axis xyz="0 1 0"/><limit lower="0" upper="0.05" effort="1" velocity="1"/></joint>
          <joint name="ball" type="floating"><parent link="fore"/><child link="loose"/></joint>
        </robot>
        """;

    [TestMethod]
    public async Task A_hand_is_locked_in_every_command()
    {
        using Workspace files = new();
        string robot = files.Write("hand.urdf", Hand), goals = files.Write("goals.csv", "shoulder,elbow\n0.3,-0.2\n");
        string[] locks = ["--lock", "grip=0.02", "--lock", "ball"];
        string[] others = ["--lock-all-but", "shoulder,elbow"];
        string critic = files["c.critic"], policy = files["p/policy_0_0.policy"];
        await ToolRun.Of(["train", "--robot", robot, .. locks, "--goals", goals, "--out", critic, "--iterations", "2", "--keep", .. Workspace.Tiny]);
        string[] fit = ["fit", "--critic", critic, "--goals", goals, "--out", files["f.csv"], "--policies", files["p"], "--steps", "2"];
        await ToolRun.Good(fit);
        string[][] commands =
        [
            ["robot", robot],
            ["collect", "--robot", robot, "--out", files["log.csv"], "--episodes", "1"],
            [.. fit, "--robot", robot],
            ["rollout", "--policy", policy, "--robot", robot],
            ["rollout", "--policy", policy, "--critic", critic, "--robot", robot],
            ["export", policy, "--robot", robot, "--torques", "--out", files["p.h"]],
            ["view", robot, "--out", files["v.html"]],
            ["view", policy, "--robot", robot, "--out", files["w.html"]],
        ];
        foreach (string[] command in commands)
        {
            string name = string.Join(' ', command);
            foreach (string[] choice in (string[][])[locks, others])
            {
                ToolRun run = await ToolRun.Good([.. command, .. choice]);
                Assert.Contains("colour", run.Error, $"{name}: what was passed over is named");
            }

            Assert.Contains("ball", await ToolRun.Refused(command), name);
            Assert.Contains("colour", await ToolRun.Refused([.. command, .. locks, "--strict"]), name);
        }

        // The critic's own robot is locked already.
        Assert.Contains("--lock: there is no --robot", await ToolRun.Refused([.. fit, "--lock", "elbow"]));
        Assert.Contains("--lock-all-but: there is no --robot", await ToolRun.Refused(["rollout", "--policy", policy, "--critic", critic, .. others]));
        Assert.Contains("lock the others", await ToolRun.Refused([.. fit, "--robot", robot, "--lock", "ball"]));
    }
}
