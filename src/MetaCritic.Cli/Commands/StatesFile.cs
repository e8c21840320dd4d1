using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Commands;

/// <summary>A file of states at which a robot's dynamics are evaluated.</summary>
internal static class StatesFile
{
    private const int SizeLimit = 8 << 20;

    // Bounds the memory, as numbers of the result.
    private const long ResultLimit = 500_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Evaluates every case of a file.</summary>
    /// <param name="path">The file: <c>{"gravity": [x, y, z], "cases": [{"q": […], "qd": […], "tau": […]}]}</c>; other members are ignored.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidInputException">The file is not as it should be, or a result is not finite.</exception>
    public static JsonObject Evaluate(string path, RobotModel robot, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(InputFile.ReadAllUtf8(path, SizeLimit), Strict);
            return Evaluate(path, document.RootElement, robot, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidInputException(path, JsonFault.Describe(e), "Correct it", e);
        }
    }

    private static JsonObject Evaluate(string path, JsonElement root, RobotModel robot, CancellationToken cancellationToken)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cases", out JsonElement cases) || cases.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidInputException(path, "there is no list of cases", "Give {\"cases\": [{\"q\": [...], \"qd\": [...], \"tau\": [...]}]}");
        }

        Vector3d gravity = Gravity(path, root) ?? robot.Gravity;
        RigidBodyAlgorithms algorithms = new(robot);
        int n = robot.DegreesOfFreedom;
        JsonArray results = [];
        long written = 0;
        foreach (JsonElement item in cases.EnumerateArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            written += ((long)n * n) + (2 * n) + (4 * robot.Links.Count) + 1;
            if (written > ResultLimit)
            {
                throw new InvalidInputException(path, $"the results of {Format.Count(results.Count + 1)} cases are more than {Format.Count(ResultLimit)} numbers", "Split it into several files");
            }

            string place = $"{path}: cases[{Format.Count(results.Count)}]";
            double[] q = Values(place, item, "q", n);
            double[] qd = Values(place, item, "qd", n);
            double[] tau = Values(place, item, "tau", n);
            double[] qdd = new double[n];
            double[] bias = new double[n];
            double[] inertia = new double[n * n];
            Pose[] links = new Pose[robot.Links.Count];
            algorithms.ForwardDynamics(q, qd, tau, qdd, gravity);
            algorithms.InverseDynamics(q, qd, new double[n], bias, gravity);
            algorithms.InertiaMatrix(q, inertia);
            algorithms.ForwardKinematics(q, links);
            if (!qdd.Concat(bias).Concat(inertia).All(double.IsFinite) || !links.All(pose => pose.Position.IsFinite))
            {
                throw new InvalidInputException(place, "the result is not finite", "Give smaller values");
            }

            JsonObject bodies = [];
            for (int i = 0; i < links.Length; i++)
            {
                Vector3d p = links[i].Position;
                bodies[robot.Links[i].Name] = Format.Numbers([p.X, p.Y, p.Z]);
            }

            results.Add(new JsonObject
            {
                ["qdd"] = Format.Numbers(qdd),
                ["bias"] = Format.Numbers(bias),
                ["M"] = Format.Numbers(inertia),
                ["bodies"] = bodies,
            });
        }

        return new JsonObject
        {
            ["robot"] = robot.Name,
            ["joints"] = new JsonArray([.. robot.MovableJoints.Select(j => (JsonNode)j.Name)]),
            ["cases"] = results,
        };
    }

    private static Vector3d? Gravity(string path, JsonElement root)
    {
        if (root.TryGetProperty("gravity", out _))
        {
            double[] g = Values(path, root, "gravity", 3);
            return new Vector3d(g[0], g[1], g[2]);
        }

        if (root.TryGetProperty("gravity_z", out JsonElement z))
        {
            return z.ValueKind == JsonValueKind.Number && double.IsFinite(z.GetDouble())
                ? new Vector3d(0, 0, z.GetDouble())
                : throw new InvalidInputException($"{path}: gravity_z", "this is no finite number", "Give a number, m/s²");
        }

        return null;
    }

    private static double[] Values(string place, JsonElement item, string name, int count)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count)
        {
            throw new InvalidInputException($"{place}.{name}", $"this is no list of {Format.Count(count)} numbers", $"Give {Format.Count(count)} numbers");
        }

        double[] values = new double[count];
        int i = 0;
        foreach (JsonElement value in list.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out values[i]) || !double.IsFinite(values[i]))
            {
                throw new InvalidInputException($"{place}.{name}[{Format.Count(i)}]", "this is no finite number", "Give a finite number");
            }

            i++;
        }

        return values;
    }
}
