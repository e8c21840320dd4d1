using System.Globalization;
using System.Runtime.Versioning;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Tests.Hostile;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Files;

[TestClass]
public sealed class AtomicFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic tests ä").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_file_is_written_and_replaced()
    {
        string file = Path.Combine(_folder, "a file");
        AtomicFile.Write(file, s => s.Write("one, the longer one"u8));
        AtomicFile.Write(file, s => s.Write("two"u8));
        Assert.AreEqual("two", File.ReadAllText(file));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void A_writer_that_throws_leaves_the_old_file_and_nothing_else()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "old");
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(file, s =>
        {
            s.Write(new byte[1 << 20]);
            throw new InvalidOperationException();
        }));
        Assert.AreEqual("old", File.ReadAllText(file));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void A_full_disk_leaves_the_old_file_and_says_so()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "old");
        MetaCriticException e = Assert.ThrowsExactly<MetaCriticException>(() => AtomicFile.Write(file, s =>
        {
            s.Write(new byte[1 << 20]);
            throw new IOException("No space left on device");
        }));
        StringAssert.Contains(e.Message, "No space left on device");
        StringAssert.StartsWith(e.Message, file);
        Assert.AreEqual("old", File.ReadAllText(file));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void The_new_file_appears_only_when_it_is_whole()
    {
        string file = Path.Combine(_folder, "file");
        AtomicFile.Write(file, s =>
        {
            s.Write("half"u8);
            s.Flush();
            Assert.IsFalse(File.Exists(file));
        });
        Assert.IsTrue(File.Exists(file));
    }

    [TestMethod]
    public void Places_that_cannot_be_written_to_are_bad_input()
    {
        foreach ((string path, string message) in ((string, string)[])
        [
            (Path.Combine(_folder, "none", "file"), "does not exist"),
            (_folder, "folder"),
            (_folder + Path.DirectorySeparatorChar, "folder"),
            ("", "no file name"),
            ("a\0b", "no file name"),
        ])
        {
            foreach (Action write in (Action[])[() => AtomicFile.Write(path, _ => { }), () => AtomicFile.EnsureWritable(path)])
            {
                StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(write).Message, message);
            }
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("/dev/null")]
    [DataRow("/proc/self/fd/1")]
    public void Devices_are_not_replaced(string path) =>
        Assert.ThrowsExactly<InvalidInputException>(() => AtomicFile.Write(path, _ => { }));

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_without_permission_is_bad_input()
    {
        string closed = Directory.CreateDirectory(Path.Combine(_folder, "closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        string old = Path.Combine(closed, "file");
        File.WriteAllText(old, "old");
        File.SetUnixFileMode(closed, OrdinaryUser.MayRead);
        OpenToOthers(_folder);
        OrdinaryUser.Run(() =>
        {
            foreach (Action write in (Action[])[() => AtomicFile.EnsureWritable(old), () => AtomicFile.Write(old, s => s.Write("new"u8)), () => SampleModels.Critic().Save(old)])
            {
                StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(write).Message, "permissions");
            }
        });
        Assert.AreEqual("old", File.ReadAllText(old));
        Assert.HasCount(1, Directory.GetFileSystemEntries(closed));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void A_file_without_permission_is_bad_input()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "<robot name='r'/>");
        File.SetUnixFileMode(file, UnixFileMode.None);
        OpenToOthers(_folder);
        OrdinaryUser.Run(() =>
        {
            foreach (Action read in (Action[])[() => InputFile.ReadAllText(file, 100), () => CriticModel.Load(file), () => MetaCritic.Robots.RobotModel.FromUrdf(file)])
            {
                StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(read).Message, "permission");
            }
        });
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void A_link_is_followed_and_permissions_stay()
    {
        string file = Path.Combine(_folder, "file");
        string link = Path.Combine(_folder, "link");
        File.WriteAllText(file, "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, file);
        AtomicFile.Write(link, s => s.Write("new"u8));
        Assert.AreEqual("new", File.ReadAllText(file));
        Assert.IsNotNull(new FileInfo(link).LinkTarget);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [TestMethod]
    public void EnsureWritable_leaves_nothing_and_changes_nothing()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "old");
        AtomicFile.EnsureWritable(file);
        AtomicFile.EnsureWritable(Path.Combine(_folder, "other"));
        Assert.AreEqual("old", File.ReadAllText(file));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Only_what_dead_processes_left_is_removed()
    {
        string file = Path.Combine(_folder, "file");
        int dead = 4_999_999;
        AtomicFile.Write(file, _ =>
        {
            string own = Directory.GetFiles(_folder).Single();
            string abandoned = own.Replace(
                "-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "-", "-" + dead.ToString(CultureInfo.InvariantCulture) + "-", StringComparison.Ordinal);
            Assert.AreNotEqual(own, abandoned);
            File.WriteAllText(abandoned, "");
            File.WriteAllText(Path.Combine(_folder, ".file.tmp"), "");
            AtomicFile.RemoveAbandoned(file);
            Assert.IsFalse(File.Exists(abandoned));
            Assert.IsTrue(File.Exists(own));
            Assert.IsTrue(File.Exists(Path.Combine(_folder, ".file.tmp")));
        });
    }

    [TestMethod]
    public void Long_names_are_written()
    {
        string file = Path.Combine(_folder, new string('x', 250));
        AtomicFile.Write(file, s => s.Write("a"u8));
        Assert.IsTrue(File.Exists(file));
    }

    [TestMethod]
    public void Many_writers_of_one_file_leave_one_of_theirs_whole()
    {
        string file = Path.Combine(_folder, "file");
        Parallel.For(0, 64, i => AtomicFile.Write(file, s =>
        {
            for (int j = 0; j < 100; j++)
            {
                s.Write([.. Enumerable.Repeat((byte)i, 1000)]);
            }
        }));
        byte[] bytes = File.ReadAllBytes(file);
        Assert.HasCount(100_000, bytes);
        Assert.IsTrue(bytes.All(b => b == bytes[0]));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder));
    }

    [UnsupportedOSPlatform("windows")]
    private static void OpenToOthers(string folder) =>
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | OrdinaryUser.MayRead);
}
