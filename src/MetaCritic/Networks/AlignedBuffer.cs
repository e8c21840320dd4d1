using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaCritic.Networks;

/// <summary>Zero-initialised native memory, aligned to cache lines (64 bytes). Freed by <see cref="Dispose"/> or the finaliser.</summary>
/// <typeparam name="T">Element type.</typeparam>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly nuint _bytes;
    private T* _pointer;

    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        _pointer = (T*)NativeMemory.AlignedAlloc(_bytes, 64);
        GC.AddMemoryPressure((long)_bytes);
        Clear();
    }

    ~AlignedBuffer() => Free();

    public long Length { get; }

    public T* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _pointer;
    }

    public Span<T> Span => new(_pointer, checked((int)Length));

    public void Clear() => NativeMemory.Clear(_pointer, _bytes);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer != null)
        {
            NativeMemory.AlignedFree(_pointer);
            _pointer = null;
            GC.RemoveMemoryPressure((long)_bytes);
        }
    }
}
