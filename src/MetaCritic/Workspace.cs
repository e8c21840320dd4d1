using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaCritic;

/// <summary>Scratch memory that does not move and is aligned for the widest vectors.</summary>
internal sealed unsafe class Workspace
{
    private const int Alignment = 64;

    private readonly double[] _memory;
    private readonly int _size;

    /// <summary>Allocates.</summary>
    /// <param name="size">Number of doubles.</param>
    public Workspace(int size)
    {
        _size = size;
        _memory = GC.AllocateArray<double>(size + (Alignment / sizeof(double)), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        Pointer = (double*)((address + Alignment - 1) / Alignment * Alignment);
    }

    /// <summary>The first double, at a multiple of 64 bytes; valid as long as this object is reachable.</summary>
    public double* Pointer { get; }

    /// <summary>The same memory.</summary>
    public Span<double> Span => new(Pointer, _size);
}
