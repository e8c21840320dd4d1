#pragma warning disable // small types that are read, not run

namespace MetaCritic.Architecture.Tests.Sample;

internal class Used
{
    public static int Field;

    public class Nested;

    public static T Make<T>() => default!;
}

internal interface IUsed;

internal sealed class UsedAttribute : Attribute;

internal sealed class UsedException : Exception;

internal delegate void UsedDelegate();

internal sealed class Without;

internal static class Giver
{
    public static void Give(out Used? value) => value = null;
}

internal class InBase : Used;

internal class InInterface : IUsed;

internal class InGenericBase : List<Used>;

internal class InConstraint<T> where T : IUsed;

[Used]
internal class InAttribute;

internal class InAttributeOfProperty
{
    [Used]
    public int Value { get; }
}

internal class InField
{
    private Used? _field;
}

internal class InGenericField
{
    private Dictionary<string, List<Used[]>>? _field;
}

internal class InNestedType
{
    private Used.Nested? _field;
}

internal class InParameter
{
    public void Take(ref Used? value)
    {
    }
}

internal unsafe class InPointer
{
    public IUsed? Give(int* numbers) => null;
}

internal class InEvent
{
    public event UsedDelegate? Raised;
}

internal class InMethodConstraint
{
    public void Take<T>(T value)
        where T : IUsed
    {
    }
}

internal class InNew
{
    public object Give() => new Used();
}

internal class InStaticField
{
    public int Give() => Used.Field;
}

internal class InCast
{
    public bool Is(object value) => value is IUsed;
}

internal class InTypeof
{
    public object Give() => typeof(Used);
}

internal class InGenericCall
{
    public object Give() => Enumerable.Empty<Used>();
}

internal class InCallOfGeneric
{
    public int Give() => Used.Make<int>();
}

internal class InLocal
{
    public void Do()
    {
        Giver.Give(out var local);
        GC.KeepAlive(local);
    }
}

internal class InCatch
{
    public void Do()
    {
        try
        {
            GC.Collect();
        }
        catch (UsedException)
        {
        }
    }
}

internal class InLambda
{
    public Func<object> Give(int n) => () => n > 0 ? new Used() : n;
}

internal class InAsync
{
    public async Task<object> Give()
    {
        await Task.Yield();
        return new Used();
    }
}

internal class InAfterSwitch
{
    public object Give(int n, double x) => n switch { 0 => 1.5 * x, 1 => 5_000_000_000L, 2 => 'c', 3 => "text", 4 => x, _ => new Used() };
}
