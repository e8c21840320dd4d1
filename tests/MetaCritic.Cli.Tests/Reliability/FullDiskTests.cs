using System.Diagnostics;
using System.Runtime.InteropServices;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;

namespace MetaCritic.Cli.Tests.Reliability;

/// <summary>A disk that is full: the old file stays, no temporary file does, and one error says it.</summary>
[TestClass]
public sealed partial class FullDiskTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";
    private const int NoSpaceLeft = 28; // ENOSPC

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_disk_that_is_full_after_any_number_of_bytes_leaves_the_old_file()
    {
        using Workspace files = new();
        CriticModel critic = CriticModel.Load(await files.Critic());
        string file = files["a.critic"];
        critic.Save(file);
        byte[] old = File.ReadAllBytes(file);
        using MemoryStream whole = new();
        critic.Save(whole);
        for (long room = 0; room < whole.Length; room++)
        {
            MetaCriticException e = Assert.ThrowsExactly<MetaCriticException>(() => AtomicFile.Write(file, stream => critic.Save(new SmallDisk(stream, room))));
            Assert.AreEqual($"{file}: the disk is full. Nothing was changed. Make room, or give a place on another disk.", e.Message);
            CollectionAssert.AreEqual(old, File.ReadAllBytes(file));
        }

        AtomicFile.Write(file, stream => critic.Save(new SmallDisk(stream, whole.Length)));
        CollectionAssert.AreEqual(old, File.ReadAllBytes(file));
        CollectionAssert.AreEqual((string[])["a.critic", "training.csv", "two-link.critic"], files.Files());
        TestContext.WriteLine($"{whole.Length} sizes of disk");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_small_file_system_that_is_full_has_exit_code_1_and_the_old_files()
    {
        using Workspace files = new();
        Directory.CreateDirectory(files["disk"]);
        if (Mount("tmpfs", files["disk"], "tmpfs", 0, "size=64k") != 0)
        {
            Assert.Inconclusive("This user may not mount a file system. The disk that is full after any number of bytes stands in for it.");
        }

        try
        {
            await OnSmallDisk(files);
        }
        finally
        {
            Assert.AreEqual(0, Unmount(files["disk"], 2)); // MNT_DETACH
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("robot two-link > /dev/full")]
    [DataRow("--help > /dev/full")]
    [DataRow("--version > /dev/full")]
    [DataRow("export a.critic --format json --out - > /dev/full")]
    [DataRow("inspect a.critic --json > /dev/full")]
    public async Task A_full_standard_output_is_named(string command)
    {
        using Workspace files = new();
        File.Copy(await files.Critic(), files["a.critic"]);
        (int exitCode, string error) = Shell(files, command);
        Assert.AreEqual("error: standard output: it cannot be written to: No space left on device. Send it to another place.", error.TrimEnd());
        Assert.AreEqual(1, exitCode);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Where_nothing_can_be_said_the_exit_code_says_it()
    {
        using Workspace files = new();
        Assert.AreEqual((1, ""), Shell(files, "robot two-link > /dev/full 2> /dev/full"));
    }

    private static (int ExitCode, string Error) Shell(Workspace files, string command)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", $"exec dotnet '{typeof(Tool).Assembly.Location}' {command}"]) { RedirectStandardError = true, WorkingDirectory = files["."] };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private async Task OnSmallDisk(Workspace files)
    {
        string goals = files.Write("goals.csv", Goals);
        string checkpoint = Path.Combine(files["disk/k"], MetaTrainer.CheckpointFileName);
        string[] Train(int iterations, string name, string folder = "disk/k") =>
            ["train", "--robot", "two-link", "--goals", goals, "--out", files[name], "--iterations", $"{iterations}", "--checkpoint", files[folder], .. Workspace.Tiny, "--set", "checkpointInterval=1", "--set", "iterations=1000"];
        string[] Fit(string name) => ["fit", "--critic", files["disk/c"], "--goals", goals, "--out", files[name], "--steps", "1", "--policies-per-goal", "200"];

        // Room for all; then a checkpoint, which grows with its history, meets the end of the disk, and nothing else finds room.
        await ToolRun.Good(Train(3, "disk/c"));
        await ToolRun.Good(Fit("whole.csv"));
        byte[] critic = File.ReadAllBytes(files["disk/c"]);
        File.WriteAllBytes(files["disk/filler"], new byte[40 * 1024]);
        ToolRun run = await ToolRun.Of([.. Train(1000, "disk/c"), "--resume"]);
        RequireFull(run, checkpoint);
        CollectionAssert.AreEqual(critic, File.ReadAllBytes(files["disk/c"]));
        RequireFull(await ToolRun.Of(Fit("disk/fitted.csv")), files["disk/fitted.csv"]);
        CollectionAssert.AreEquivalent((string[])["c", "filler", Path.Combine("k", MetaTrainer.CheckpointFileName)], Left());

        // The last checkpoint that found room is whole, and with more room the training goes on from it.
        File.Delete(files["disk/filler"]);
        ToolRun resumed = await ToolRun.Good([.. Train(150, "disk/c"), "--resume"]);
        StringAssert.Contains(resumed.Error, "resuming at iteration");
        await ToolRun.Good([.. Train(150, "other.critic", "other"), "--set", "checkpointInterval=1000"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(files["other.critic"]), File.ReadAllBytes(files["disk/c"]));
        TestContext.WriteLine($"full at {resumed.Error.Split('\n')[0]}");

        string[] Left() => [.. Directory.GetFiles(files["disk"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(files["disk"], f))];
    }

    private static void RequireFull(ToolRun run, string file)
    {
        Assert.AreEqual(1, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Out);
        string error = run.Error.TrimEnd().Split('\n').Single(line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.AreEqual($"error: {file}: the disk is full. Nothing was changed. Make room, or give a place on another disk.", error.TrimEnd());
    }

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    /// <summary>Takes so many bytes and no more.</summary>
    private sealed class SmallDisk(Stream stream, long room) : Stream
    {
        private long _room = room;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int fits = (int)Math.Min(buffer.Length, _room);
            stream.Write(buffer[..fits]);
            _room -= fits;
            if (fits < buffer.Length)
            {
                throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : NoSpaceLeft);
            }
        }

        public override void Flush() => stream.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
