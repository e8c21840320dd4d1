using System.Globalization;
using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>A step of the dynamics, without and with its vector-Jacobian product, and MuJoCo's forward dynamics beside it.</summary>
internal static class DynamicsRatios
{
    private const int TreeJoints = 30;

    public static Table Measure(Effort effort)
    {
        MuJoCo? mujoco = MuJoCo.Find();
        List<Row> rows = [];
        foreach ((string name, string urdf) in (IEnumerable<(string, string)>)[("iiwa7", Resource("kuka-iiwa7.urdf")), ("two-link", Resource("two-link.urdf")), ($"{TreeJoints}-joint tree", Tree())])
        {
            RigidBodyDynamics dynamics = new(RobotModel.ParseUrdf(urdf), new() { TimeStep = 0.01 });
            foreach (int rollouts in effort.IsQuick ? (int[])[8] : [1, 4, 8, 64, 1024])
            {
                rows.Add(MeasureStep(effort, string.Create(CultureInfo.InvariantCulture, $"{name}, B = {rollouts}"), dynamics, rollouts, mujoco?.Forward(urdf)));
            }
        }

        return new(
            "dynamics",
            "A step of the dynamics, double precision, one thread: µs per roll-out step",
            rows,
            [
                "Forward: s' = f(s, a). With VJP: that, and its vector-Jacobian product, as a meta-iteration does both.",
                mujoco is null
                    ? "MuJoCo: not found on this system."
                    : $"MuJoCo {mujoco.Version}: mj_forward of the same URDF, one state per call, without derivatives; no contacts, no actuators.",
            ]);
    }

    private static Row MeasureStep(Effort effort, string name, RigidBodyDynamics dynamics, int rollouts, Action? forward)
    {
        Random random = new(1);
        double[] Values(int size) => [.. Enumerable.Range(0, size * rollouts).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] states = Values(dynamics.StateSize), actions = Values(dynamics.ActionSize), next = Values(dynamics.StateSize);
        double[] cotangents = Values(dynamics.StateSize), stateCotangents = Values(dynamics.StateSize), actionCotangents = Values(dynamics.ActionSize);
        void Step() => dynamics.Step(0, rollouts, states, actions, next);
        List<Contender> contenders =
        [
            new("forward", Step),
            new("with VJP", () =>
            {
                Step();
                dynamics.StepVjp(0, rollouts, states, actions, cotangents, stateCotangents, actionCotangents);
            }),
        ];
        if (forward is not null)
        {
            contenders.Add(new("MuJoCo", forward));
        }

        Timing[] timings = Paired.Measure(effort, contenders);
        List<Figure> figures = [new("forward", "µs", 1e6 / rollouts * timings[0].Time), new("with VJP", "µs", 1e6 / rollouts * timings[1].Time)];
        if (forward is not null)
        {
            figures.Add(new("MuJoCo forward", "µs", 1e6 * timings[2].Time));
            figures.Add(new("MuJoCo / forward", "", rollouts * timings[2].Over(timings[0])));
            figures.Add(new("MuJoCo / with VJP", "", rollouts * timings[2].Over(timings[1])));
        }

        return new(name, figures);
    }

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(RobotModel).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    // Five limbs of six joints each on a base.
    private static string Tree()
    {
        const int Limb = 6;
        StringBuilder urdf = new("<robot name=\"tree\"><link name=\"base\"/>");
        for (int i = 0; i < TreeJoints; i++)
        {
            string parent = i % Limb == 0 ? "base" : $"link{i - 1}";
            string axis = (i % 3) switch
            {
                0 => "0 0 1",
                1 => "0 1 0",
                _ => "1 0 0",
            };
            urdf.Append(CultureInfo.InvariantCulture, $"""
                <link name="link{i}"><inertial><origin xyz="0 0.01 0.1"/><mass value="1"/><inertia ixx="0.01" ixy="0" ixz="0" iyy="0.01" iyz="0" izz="0.005"/></inertial></link>
                <joint name="joint{i}" type="continuous"><parent link="{parent}"/><child link="link{i}"/><origin xyz="0 0 0.2"/><axis xyz="{axis}"/></joint>
                """);
        }

        return urdf.Append("</robot>").ToString();
    }
}
