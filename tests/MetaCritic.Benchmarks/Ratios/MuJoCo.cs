using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>The system's MuJoCo, where there is one: <c>mj_forward</c> of a robot from its URDF, in double precision, one state per call.</summary>
internal sealed unsafe class MuJoCo
{
    private readonly delegate* unmanaged<byte*, void*, byte*, int, void*> _load;
    private readonly delegate* unmanaged<void*, void*> _makeData;
    private readonly delegate* unmanaged<void*, void*, void> _forward;

    private MuJoCo(nint library)
    {
        _load = (delegate* unmanaged<byte*, void*, byte*, int, void*>)NativeLibrary.GetExport(library, "mj_loadXML");
        _makeData = (delegate* unmanaged<void*, void*>)NativeLibrary.GetExport(library, "mj_makeData");
        _forward = (delegate* unmanaged<void*, void*, void>)NativeLibrary.GetExport(library, "mj_forward");
        int version = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "mj_version"))();
        Version = string.Create(CultureInfo.InvariantCulture, $"{version / 100}.{version / 10 % 10}.{version % 10}");
    }

    public string Version { get; }

    public static MuJoCo? Find() => NativeLibrary.TryLoad("libmujoco.so", out nint library) || NativeLibrary.TryLoad("mujoco", out library) ? new(library) : null;

    /// <summary>A robot's forward dynamics at rest in its zero position. The model stays until the process ends.</summary>
    public Action Forward(string urdf)
    {
        const int ErrorLength = 1000;
        string path = Path.Combine(Path.GetTempPath(), $"metacritic-{Guid.NewGuid():N}.urdf");
        try
        {
            File.WriteAllText(path, urdf);
            byte* error = stackalloc byte[ErrorLength];
            nint model;
            fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            {
                model = (nint)_load(name, null, error, ErrorLength);
            }

            if (model == 0)
            {
                throw new InvalidOperationException("MuJoCo does not read the robot: " + Marshal.PtrToStringUTF8((nint)error));
            }

            nint data = (nint)_makeData((void*)model);
            return () => _forward((void*)model, (void*)data);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
