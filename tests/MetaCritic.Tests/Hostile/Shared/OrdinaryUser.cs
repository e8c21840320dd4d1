using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MetaCritic.Tests.Hostile;

/// <summary>Does something with the file permissions of a user who is not the superuser.</summary>
internal static partial class OrdinaryUser
{
    /// <summary>Everybody may read and enter, nobody may write. The group counts: the user keeps that of the process.</summary>
    public const UnixFileMode MayRead =
        UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const uint Nobody = 65_534;

    /// <summary>Runs an action, and passes on what it throws.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void Run(Action action)
    {
        if (Environment.UserName != "root")
        {
            action();
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The superuser may write everywhere.");
        }

        // On Linux, the user as which a thread sees files is its own affair.
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                _ = SetFileUser(Nobody);
                Assert.AreEqual(Nobody, SetFileUser(Nobody));
                action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                _ = SetFileUser(0);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Sets the user, and gives the one before.</summary>
    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFileUser(uint user);
}
