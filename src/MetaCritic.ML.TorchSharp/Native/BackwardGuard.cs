using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>
/// Keeps what the <c>backward</c> of an autograd function in C# throws: it must not cross torch's own frames, which would end the process. Torch gets
/// no gradients instead, and reports that as an error.
/// </summary>
internal static unsafe class BackwardGuard
{
    /// <summary>The function of TorchSharp's library that makes a node of such a function.</summary>
    public const string Function = "THSAutograd_CSharpNode_ctor";

    private static readonly ConditionalWeakTable<Delegate, ApplyGradients> Guards = [];
    private static delegate* unmanaged<nint, nint, NodePointers> _create;
    private static Type? _applyType;
    private static FieldInfo? _array, _size;

    [ThreadStatic]
    private static Exception? _thrown;

    private delegate Gradients ApplyGradients(nint gradients, int count);

    /// <summary>Puts the guard around all functions that are made from now on.</summary>
    /// <returns>Whether it was done.</returns>
    public static bool Install(LoadedLibrary library)
    {
        MethodInfo? create = typeof(torch).Assembly.GetType("TorchSharp.PInvoke.NativeMethods")?.GetMethod(Function, BindingFlags.Static | BindingFlags.NonPublic);
        _applyType = create?.GetParameters() is [{ ParameterType: { } type }, _] && type.IsSubclassOf(typeof(Delegate)) ? type : null;
        Type? result = _applyType?.GetMethod("Invoke")?.ReturnType;
        (_array, _size) = (result?.GetField("Array"), result?.GetField("Size"));
        _create = (delegate* unmanaged<nint, nint, NodePointers>)library.Address(Function);
        return _array?.FieldType == typeof(nint) && _size?.FieldType == typeof(long) && _create is not null
            && library.Redirect(Function, (nint)(delegate* unmanaged<nint, nint, NodePointers>)&Create);
    }

    /// <summary>What a backward threw on this thread since the last time; null if nothing.</summary>
    public static Exception? Take()
    {
        Exception? thrown = _thrown;
        _thrown = null;
        return thrown;
    }

    // In place of the library's own: what TorchSharp passes is a delegate of its own, which is called within a catch.
    [UnmanagedCallersOnly]
    private static NodePointers Create(nint apply, nint delete)
    {
        Delegate original = Marshal.GetDelegateForFunctionPointer(apply, _applyType!);
        ApplyGradients guard = Guards.GetValue(original, Guarded); // lives as long as TorchSharp keeps its own
        return _create(Marshal.GetFunctionPointerForDelegate(guard), delete);
    }

    private static ApplyGradients Guarded(Delegate original) => (gradients, count) =>
    {
#pragma warning disable CA1031 // Whatever it is, it goes on after torch has returned.
        try
        {
            object result = original.DynamicInvoke(new ReadOnlySpan<nint>((void*)gradients, count).ToArray(), count)!;
            return new((nint)_array!.GetValue(result)!, (long)_size!.GetValue(result)!);
        }
        catch (Exception e)
        {
            _thrown = (e as TargetInvocationException)?.InnerException ?? e;
            return default;
        }
#pragma warning restore CA1031
    };

    private readonly record struct Gradients(nint Array, long Size);

    private readonly record struct NodePointers(nint Shared, nint Weak);
}
