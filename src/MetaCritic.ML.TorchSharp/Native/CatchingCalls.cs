using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>
/// Four functions of TorchSharp's native library let C++ exceptions out, where all others catch them and keep the message. .NET does not take
/// such an exception on Linux, and the process ends. Here is the catch that they lack: a function of a few instructions, with the tables by which
/// C++ finds handlers (Itanium C++ ABI, exception handling; DWARF call frames), that calls the one that throws and keeps the message as the others do.
/// </summary>
internal static unsafe partial class CatchingCalls
{
    /// <summary>The functions, and how many of their arguments lie on the stack.</summary>
    public static readonly IReadOnlyDictionary<string, int> Functions = new Dictionary<string, int>
    {
        ["THSTensor_matmul"] = 0,
        ["THSTensor_cummax"] = 0,
        ["THSTensor_cummin"] = 0,
        ["THSAutograd_grad"] = 4,
    };

    private const string TakeError = "THSTorch_get_and_reset_last_err";
    private const int ThreadData = 10; // RTLD_DI_TLS_DATA

    private static nint _library;
    private static delegate* unmanaged<nint> _takeError;

    /// <summary>Functions that are needed beside these.</summary>
    public static IReadOnlyList<string> Needed => [TakeError];

    /// <summary>Puts the catch around the functions, on Linux for x64; elsewhere TorchSharp has no such library for Linux, or .NET takes the exception.</summary>
    /// <param name="library">TorchSharp's own library.</param>
    /// <returns>The functions that now throw.</returns>
    public static IReadOnlyList<string> Install(LoadedLibrary library)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 || library.Address(TakeError) == 0
            || !NativeLibrary.TryLoad("libstdc++.so.6", out nint cpp) || !NativeLibrary.TryLoad("libgcc_s.so.1", out nint gcc)
            || !NativeLibrary.TryGetExport(gcc, "__register_frame", out nint register))
        {
            return [];
        }

        nint Cpp(string name) => NativeLibrary.GetExport(cpp, name);
        _library = library.Handle;
        _takeError = (delegate* unmanaged<nint>)library.Address(TakeError);
        if (LastError() is null)
        {
            return [];
        }

        string[] names = [.. Functions.Keys.Where(name => library.Address(name) != 0)];
        nint memory = mmap(0, 4096, 1 | 2, 2 | 32, -1, 0); // readable, writable; private, of no file
        if (memory == -1)
        {
            return [];
        }

        Writer writer = new(memory);
        delegate* unmanaged<nint, void> caught = &Caught;
        Block[] blocks = [.. names.Select(name => writer.Code(
            library.Address(name), Functions[name], Cpp("__cxa_begin_catch"), (nint)caught, Cpp("__cxa_end_catch")))];
        nint[] tables = [.. blocks.Select(block => writer.Handlers(block, Cpp("_ZTISt9exception")))];
        nint frames = writer.Frames(blocks, tables, Cpp("__gxx_personality_v0"));
        if (mprotect(memory, 4096, 1 | 4) != 0) // readable, executable
        {
            return [];
        }

        ((delegate* unmanaged<nint, void>)register)(frames);
        return [.. names.Zip(blocks).Where(pair => library.Redirect(pair.First, pair.Second.Start)).Select(pair => pair.First)];
    }

    // Where this thread's last error stands: the library's only variable of a thread. The first call makes it.
    private static nint* LastError()
    {
        _takeError();
        nint at = 0;
        return dlinfo(_library, ThreadData, &at) == 0 ? (nint*)at : null;
    }

    // As TorchSharp's own catch: keeps a copy of what() for CheckForErrors.
    [UnmanagedCallersOnly]
    private static void Caught(nint exception)
    {
        nint* functions = *(nint**)exception;
        nint what = ((delegate* unmanaged<nint, nint>)functions[2])(exception);
        *LastError() = strdup(what);
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint size, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint size, int protection);

    [LibraryImport("libc")]
    private static partial int dlinfo(nint handle, int request, nint* result);

    [LibraryImport("libc")]
    private static partial nint strdup(nint text);

    /// <summary>A function, where it calls the one that throws, and where it goes on after an exception.</summary>
    private readonly record struct Block(nint Start, int Size, int Call, int Landing);

    // Writes instructions and tables, one after the other.
    private sealed class Writer(nint at)
    {
        private nint _at = at;

        public Block Code(nint function, int stackArguments, nint beginCatch, nint keep, nint endCatch)
        {
            nint pointers = _at;
            Longs(function, beginCatch, keep, endCatch);
            nint start = _at;
            Bytes(0x55, 0x48, 0x89, 0xE5); // push rbp; mov rbp, rsp
            for (int i = stackArguments - 1; i >= 0; i--)
            {
                Bytes(0xFF, 0x75, (byte)(16 + (8 * i))); // push qword [rbp + 16 + 8 i]
            }

            int call = (int)(_at - start);
            Call(pointers);
            Bytes(0xC9, 0xC3); // leave; ret
            int landing = (int)(_at - start);
            Bytes(0x48, 0x89, 0xC7); // mov rdi, rax: the exception
            Call(pointers + 8);
            Bytes(0x48, 0x89, 0xC7); // mov rdi, rax: the std::exception in it
            Call(pointers + 16);
            Call(pointers + 24);
            Bytes(0x31, 0xC0, 0xC9, 0xC3); // xor eax, eax; leave; ret
            Block block = new(start, (int)(_at - start), call, landing);
            Align();
            return block;
        }

        // The table of one function's handlers: an exception of this type, thrown in the call, goes on at the landing.
        public nint Handlers(Block block, nint type)
        {
            nint table = _at;
            Bytes(0xFF, 0x00, 25); // landings count from the start; types are addresses, 25 bytes on; so many to the end of the types:
            Bytes(0x01, 4, (byte)block.Call, 6, (byte)block.Landing, 1); // offsets in LEB128, 4 bytes: from, size, landing, first action
            Bytes(1, 0); // the action: the type with number 1, and no further action
            Bytes(0, 0, 0, 0, 0, 0, 0, 0, 0);
            Longs(type);
            Align();
            return table;
        }

        // The description of the functions' frames: the caller's frame is at rbp + 16 once rbp is set.
        public nint Frames(Block[] blocks, nint[] tables, nint personality)
        {
            nint common = _at;
            Sized(() =>
            {
                Int(0);
                Bytes(1, (byte)'z', (byte)'P', (byte)'L', 0, 1, 0x78, 16); // version; augmentation; factors 1 and -8; return address in column 16
                Bytes(10, 0);
                Longs(personality);
                Bytes(0);
                Bytes(0x0C, 6, 16, 0x86, 2, 0x90, 1); // frame at rbp + 16, rbp 16 below it, the return address 8 below it
            });
            foreach ((Block block, nint table) in blocks.Zip(tables))
            {
                Sized(() =>
                {
                    Int((int)(_at - common));
                    Longs(block.Start, block.Size);
                    Bytes(8);
                    Longs(table);
                });
            }

            Int(0);
            return common;
        }

        private void Sized(Action write)
        {
            nint size = _at;
            Int(0);
            write();
            while ((_at - size - 4) % 8 != 0)
            {
                Bytes(0); // no operation
            }

            *(int*)size = (int)(_at - size - 4);
        }

        private void Call(nint pointer)
        {
            Bytes(0xFF, 0x15); // call [rip + offset]
            Int((int)(pointer - (_at + 4)));
        }

        private void Align() => _at = (_at + 15) & ~15;

        private void Bytes(params ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(new((void*)_at, bytes.Length));
            _at += bytes.Length;
        }

        private void Int(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(new((void*)_at, 4), value);
            _at += 4;
        }

        private void Longs(params ReadOnlySpan<nint> values)
        {
            foreach (nint value in values)
            {
                BinaryPrimitives.WriteInt64LittleEndian(new((void*)_at, 8), value);
                _at += 8;
            }
        }
    }
}
