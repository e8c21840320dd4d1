using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace MetaCritic.Browser.Tests;

/// <summary>The pages of <c>metacritic view</c> in a browser.</summary>
[TestClass]
public sealed class ViewPageTests
{
    private static readonly string Critic = Path.Combine(Repository.Root, "examples", "critics", "two-link.critic");
    private static readonly string Goals = Path.Combine(Repository.Root, "examples", "goals", "reach.csv");

    private static Workspace _files = null!;
    private static string _fitted = "";

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task Fit(TestContext context)
    {
        _ = context;
        _files = new();
        _fitted = _files["fitted.csv"];
        await ToolRun.Good("fit", "--critic", Critic, "--goals", Goals, "--out", _fitted, "--policies", _files["p"]);
        await ToolRun.Good("rollout", "--policy", _files["p/policy_1_0.policy"], "--critic", Critic, "--robot-set", "arm2.mass=2", "--out", _files["r.csv"]);
    }

    [ClassCleanup]
    public static async Task End()
    {
        await Browser.Close();
        _files.Dispose();
    }

    public static IEnumerable<object[]> Sources =>
    [
        ["fitted", 4],
        ["goals", 4],
        ["critic", 8],
        ["policies", 2],
        ["trajectory", 1],
        ["kuka", 1],
    ];

    [TestMethod]
    [DynamicData(nameof(Sources))]
    public async Task It_loads_without_errors_and_shows_every_panel(string source, int canvases)
    {
        (IPage page, List<string> errors) = await Browser.Open(await View(source), still: true);
        await Settled(page);
        Assert.AreEqual(canvases, await page.Locator("canvas").CountAsync());
        for (int i = 0; i < canvases; i++)
        {
            // More than the background: links, goal, axes.
            Assert.IsGreaterThan(6, await Colours(page, i));
        }

        Assert.IsEmpty(errors, string.Join("; ", errors));
        Assert.AreEqual(await page.TitleAsync(), await page.Locator("h1").TextContentAsync());
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task It_plays_pauses_scrubs_and_its_pixels_change()
    {
        (IPage page, List<string> errors) = await Browser.Open(await View("fitted"), still: true);
        await Settled(page);
        string first = await Pixels(page, 1);
        Assert.AreEqual("Play", await page.Locator("#play").TextContentAsync());
        await page.Locator("#play").ClickAsync();
        await page.WaitForFunctionAsync("() => Number(document.getElementById('scrub').value) > 0.4");
        await page.Locator("#play").ClickAsync();
        string stopped = await page.Locator("#clock").TextContentAsync() ?? "";
        string second = await Pixels(page, 1);
        Assert.AreNotEqual(first, second);
        await page.WaitForTimeoutAsync(300);
        Assert.AreEqual(stopped, await page.Locator("#clock").TextContentAsync());
        Assert.AreEqual(second, await Pixels(page, 1));

        // At a tenth of the speed it comes less far.
        await page.Locator("#speed").SelectOptionAsync("0.1");
        await Seek(page, 0);
        double before = await Time(page);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("h1").ClickAsync();
        Stopwatch watch = Stopwatch.StartNew();
        await page.Keyboard.PressAsync(" ");
        await page.WaitForTimeoutAsync(500);
        await page.Keyboard.PressAsync(" ");
        double slow = await Time(page) - before;
        Assert.IsGreaterThan(0, slow);
        Assert.IsLessThan(0.2 * watch.Elapsed.TotalSeconds, slow);

        await Seek(page, 0);
        Assert.AreEqual(first, await Pixels(page, 1));
        Assert.IsEmpty(errors, string.Join("; ", errors));
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task It_begins_to_play_by_itself_unless_motion_is_to_be_reduced()
    {
        (IPage page, _) = await Browser.Open(await View("goals"));
        await page.WaitForFunctionAsync("() => Number(document.getElementById('scrub').value) > 0.2");
        Assert.AreEqual("Pause", await page.Locator("#play").TextContentAsync());
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task The_final_pose_is_that_of_the_rollout()
    {
        string[][] fitted = [.. File.ReadAllLines(_fitted).Skip(1).Select(line => line.Split(','))];
        string[] header = File.ReadAllLines(_fitted)[0].Split(',');
        int final = Array.IndexOf(header, "final_0");
        (IPage page, _) = await Browser.Open(await View("fitted"), still: true);
        await Seek(page, 1e9);
        for (int row = 0; row < 2; row++)
        {
            double[] shown = await Pose(page, (2 * row) + 1);
            for (int i = 0; i < 2; i++)
            {
                Assert.AreEqual(double.Parse(fitted[row][final + i], CultureInfo.InvariantCulture), shown[i], 1e-6);
            }
        }

        // Before fitting it is another one.
        Assert.AreNotEqual((await Pose(page, 0))[0], (await Pose(page, 1))[0], 0.1);
        await page.Context.CloseAsync();

        (page, _) = await Browser.Open(await View("trajectory"), still: true);
        await Seek(page, 1e9);
        double[] recorded = await Pose(page, 0);
        Assert.AreEqual(double.Parse(fitted[1][final], CultureInfo.InvariantCulture), recorded[0], 1e-6);

        // Half-way between two samples the pose is half-way, too.
        string[][] rows = [.. File.ReadAllLines(_files["r.csv"]).Skip(1).Select(line => line.Split(','))];
        await Seek(page, 0.525);
        double expected = (double.Parse(rows[10][1], CultureInfo.InvariantCulture) + double.Parse(rows[11][1], CultureInfo.InvariantCulture)) / 2;
        Assert.AreEqual(expected, (await Pose(page, 0))[0], 1e-6);
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task It_says_in_words_whether_the_arm_arrived()
    {
        (IPage page, _) = await Browser.Open(await View("fitted"), still: true);
        Assert.AreEqual("2 of 2 arrived.", await page.Locator("#verdict").TextContentAsync());
        string words = await page.Locator(".verdict").First.TextContentAsync() ?? "";
        Assert.Contains("Arrived: the arm ends ", words);
        Assert.Contains("° from its goal", words);
        Assert.Contains("Before fitting it ended ", words);
        await page.Context.CloseAsync();

        string page2 = _files["unfitted.html"];
        await ToolRun.Good("view", Goals, "--critic", Critic, "--steps", "0", "--out", page2);
        (page, _) = await Browser.Open(page2, still: true);
        Assert.AreEqual("0 of 2 arrived.", await page.Locator("#verdict").TextContentAsync());
        Assert.Contains("Did not arrive", await page.Locator(".verdict").First.TextContentAsync() ?? "");
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task The_view_turns_with_the_mouse_and_with_a_finger_and_zooms()
    {
        (IPage page, List<string> errors) = await Browser.Open(await View("fitted"), still: true, touch: true);
        await Settled(page);
        string first = await Pixels(page, 0), other = await Pixels(page, 3);
        LocatorBoundingBoxResult box = (await page.Locator("canvas").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 50, box.Y + 50);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 120, box.Y + 90, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await Settled(page);
        string turned = await Pixels(page, 0);
        Assert.AreNotEqual(first, turned);
        Assert.AreNotEqual(other, await Pixels(page, 3)); // all panels turn together
        await page.Mouse.WheelAsync(0, 300);
        await Settled(page);
        Assert.AreNotEqual(turned, await Pixels(page, 0));
        await page.Locator("#reset").ClickAsync();
        await Settled(page);
        Assert.AreEqual(first, await Pixels(page, 0));

        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        await Touch(session, "touchStart", (box.X + 50, box.Y + 50));
        await Touch(session, "touchMove", (box.X + 90, box.Y + 70));
        await Touch(session, "touchEnd");
        await Settled(page);
        Assert.AreNotEqual(first, await Pixels(page, 0));
        await page.Locator("#reset").ClickAsync();
        await Touch(session, "touchStart", (box.X + 50, box.Y + 50), (box.X + 150, box.Y + 150));
        await Touch(session, "touchMove", (box.X + 90, box.Y + 90), (box.X + 110, box.Y + 110));
        await Touch(session, "touchEnd");
        await Settled(page);
        Assert.AreNotEqual(first, await Pixels(page, 0));
        Assert.IsEmpty(errors, string.Join("; ", errors));
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task The_sliders_of_a_robot_move_its_joints()
    {
        (IPage page, List<string> errors) = await Browser.Open(await View("kuka"), still: true);
        await Settled(page);
        string first = await Pixels(page, 0);
        string hand = await page.Locator("figcaption").TextContentAsync() ?? "";
        Assert.AreEqual(7, await page.Locator("input[data-joint]").CountAsync());
        await page.Locator("input[data-joint=iiwa_joint_2]").FillAsync("0.5");
        await Settled(page);
        double[] pose = await Pose(page, 0);
        Assert.AreEqual(0.5, pose[1], 1e-9);
        Assert.AreNotEqual(first, await Pixels(page, 0));
        Assert.AreNotEqual(hand, await page.Locator("figcaption").TextContentAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "back to rest" }).ClickAsync();
        await Settled(page);
        Assert.AreEqual(first, await Pixels(page, 0));
        Assert.IsEmpty(errors, string.Join("; ", errors));
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task The_bodies_of_a_description_are_drawn()
    {
        string urdf = """
            <robot name="bodies"><link name="base"><visual><geometry><cylinder radius="0.1" length="0.2"/></geometry></visual></link>
            <link name="arm"><visual><origin xyz="0.2 0 0" rpy="0 0 0.3"/><geometry><box size="0.4 0.1 0.05"/></geometry></visual><visual><origin xyz="0.4 0 0"/><geometry><sphere radius="0.07"/></geometry></visual>
            <inertial><mass value="1"/><origin xyz="0.2 0 0"/><inertia ixx="0.1" ixy="0" ixz="0" iyy="0.1" iyz="0" izz="0.1"/></inertial></link>
            <joint name="lift" type="prismatic"><parent link="base"/><child link="arm"/><axis xyz="0 0 1"/><limit lower="0" upper="0.3" effort="1" velocity="1"/></joint></robot>
            """;
        string html = _files["bodies.html"];
        await ToolRun.Good("view", _files.Write("bodies.urdf", urdf), "--out", html);
        (IPage page, List<string> errors) = await Browser.Open(html, still: true);
        await Settled(page);
        string bodies = await Pixels(page, 0);
        await page.Locator("#bodies").UncheckAsync();
        await Settled(page);
        Assert.AreNotEqual(bodies, await Pixels(page, 0));
        await page.Locator("#bodies").CheckAsync();
        await Settled(page);
        Assert.AreEqual(bodies, await Pixels(page, 0));
        await page.Locator("input[data-joint=lift]").FillAsync("0.2");
        await Settled(page);
        Assert.AreNotEqual(bodies, await Pixels(page, 0));
        string picture = Path.Combine(TestContext.TestRunDirectory!, "view-bodies.png");
        await page.ScreenshotAsync(new() { Path = picture });
        TestContext.AddResultFile(picture);
        Assert.IsEmpty(errors, string.Join("; ", errors));
        await page.Context.CloseAsync();
    }

    [TestMethod]
    [DataRow(1280, false)]
    [DataRow(1280, true)]
    [DataRow(390, false)]
    [DataRow(390, true)]
    public async Task It_fits_its_width_in_light_and_dark(int width, bool dark)
    {
        foreach (string source in (string[])["fitted", "critic", "trajectory", "kuka"])
        {
            (IPage page, _) = await Browser.Open(await View(source), width, 844, dark, still: true);
            await Seek(page, 1.2);
            Assert.IsLessThanOrEqualTo(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), source);
            int brightness = await page.EvaluateAsync<int>("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])");
            Assert.AreEqual(dark, brightness < 128);
            Assert.IsGreaterThanOrEqualTo(12, await page.EvaluateAsync<double>("Math.min(...[...document.querySelectorAll('p, td, th, figcaption, h2, button, footer span')].map(e => parseFloat(getComputedStyle(e).fontSize)))"));
            string picture = Path.Combine(TestContext.TestRunDirectory!, $"view-{source}-{width}-{(dark ? "dark" : "light")}.png");
            await page.ScreenshotAsync(new() { Path = picture, FullPage = true });
            TestContext.AddResultFile(picture);
            await page.Locator("#theme").ClickAsync();
            Assert.AreEqual(!dark, await page.EvaluateAsync<int>("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])") < 128);
            await page.Context.CloseAsync();
        }
    }

    [TestMethod]
    public async Task Hostile_names_are_shown_as_they_are()
    {
        string robot = _files.Write("hostile.urdf", """
            <robot name="&lt;/script&gt;&lt;img src=x onerror=document.title='bad'&gt;"><link name="a"/><link name="&lt;b&gt;"><inertial><mass value="1"/><origin xyz="0.2 0 0"/><inertia ixx="0.1" ixy="0" ixz="0" iyy="0.1" iyz="0" izz="0.1"/></inertial></link>
            <joint name="&quot;&lt;i&gt;'" type="revolute"><parent link="a"/><child link="&lt;b&gt;"/><axis xyz="0 0 1"/><limit lower="-1" upper="1" effort="1" velocity="1"/></joint></robot>
            """);
        string html = _files["hostile.html"];
        await ToolRun.Good("view", robot, "--out", html);
        (IPage page, List<string> errors) = await Browser.Open(html, still: true);
        await Settled(page);
        Assert.Contains("</script><img src=x onerror=document.title='bad'>", await page.Locator("h1").TextContentAsync() ?? "");
        Assert.Contains("\"<i>'", await page.Locator(".slider span").First.TextContentAsync() ?? "");
        Assert.AreEqual(0, await page.Locator("img, i:not(#legend i)").CountAsync());
        Assert.AreNotEqual("bad", await page.TitleAsync());
        Assert.IsEmpty(errors, string.Join("; ", errors));
        await page.Context.CloseAsync();
    }

    [TestMethod]
    public async Task A_film_strip_is_a_picture()
    {
        string picture = _files["strip.svg"];
        await ToolRun.Good("view", Goals, "--critic", Critic, "--strip", picture);
        (IPage page, List<string> errors) = await Browser.Open(picture, still: true);
        Assert.AreEqual(6, await page.Locator("rect.frame").CountAsync());
        Assert.AreEqual(2, await page.Locator("polyline.curve").CountAsync());
        Assert.AreEqual(6, await page.Locator("polyline.way").CountAsync());
        Assert.IsEmpty(errors, string.Join("; ", errors));
        await page.Context.CloseAsync();
    }

    // The page of a source, made once.
    private static async Task<string> View(string source)
    {
        string html = _files[source + ".html"];
        if (!File.Exists(html))
        {
            string[] what = source switch
            {
                "fitted" => [_fitted, "--critic", Critic],
                "goals" => [Goals, "--critic", Critic],
                "critic" => [Critic],
                "policies" => [_files["p/policy_0_0.policy"], _files["p/policy_1_0.policy"], "--critic", Critic],
                "trajectory" => [_files["r.csv"], "--robot", "two-link"],
                _ => [source],
            };
            await ToolRun.Good(["view", .. what, "--out", html]);
        }

        return html;
    }

    // Two frames later everything is drawn.
    private static Task Settled(IPage page) => page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))");

    private static async Task Seek(IPage page, double time)
    {
        await page.EvaluateAsync("t => { const scrub = document.getElementById('scrub'); scrub.value = t; scrub.dispatchEvent(new Event('input')); }", time);
        await Settled(page);
    }

    private static Task<double> Time(IPage page) => page.EvaluateAsync<double>("Number(document.getElementById('scrub').value)");

    private static Task<string> Pixels(IPage page, int canvas) => page.EvaluateAsync<string>("i => document.querySelectorAll('canvas')[i].toDataURL()", canvas);

    private static Task<int> Colours(IPage page, int canvas) => page.EvaluateAsync<int>(
        "i => { const c = document.querySelectorAll('canvas')[i]; return new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size; }", canvas);

    private static async Task<double[]> Pose(IPage page, int canvas) =>
        JsonSerializer.Deserialize<double[]>(await page.Locator("canvas").Nth(canvas).GetAttributeAsync("data-pose") ?? "")!;

    private static Task Touch(ICDPSession session, string kind, params (float X, float Y)[] points) => session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
    {
        ["type"] = kind,
        ["touchPoints"] = points.Select((point, id) => new Dictionary<string, object> { ["x"] = point.X, ["y"] = point.Y, ["id"] = id }).ToArray(),
    });
}
