using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MetaCritic.Tests.Shared;

/// <summary>
/// Writes public and protected types and members, one a line. Whether references may be null is written where the assembly says
/// so, which Microsoft.ML's do not.
/// </summary>
internal static class ApiRenderer
{
    private static readonly NullabilityInfoContext Nullability = new();

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    public static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    /// <summary>The key of a type in the list.</summary>
    public static string Key(Type type)
    {
        string outer = type.IsNested ? Key(type.DeclaringType!) : type.Namespace!;
        return $"{outer}.{type.Name}";
    }

    /// <summary>Modifiers, kind and name.</summary>
    public static string Declaration(Type type)
    {
        string name = Key(type);
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        if (arity >= 0)
        {
            name = $"{name[..arity]}<{string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name))}>";
        }

        string kind = typeof(Delegate).IsAssignableFrom(type) ? $"delegate {Name(type.GetMethod("Invoke")!.ReturnType)}"
            : type.IsEnum ? "enum"
            : type.IsValueType ? "struct"
            : type.IsInterface ? "interface"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        return $"public {kind} {name}";
    }

    /// <summary>The parameters of a delegate, which its declaration goes without; "" for other types.</summary>
    public static string DelegateParameters(Type type) =>
        typeof(Delegate).IsAssignableFrom(type) && type.GetMethod("Invoke") is MethodInfo invoke ? $"({Parameters(invoke)})" : "";

    public static string Constraints(Type type) =>
        typeof(Delegate).IsAssignableFrom(type) ? "" : Constraints(type.GetGenericArguments());

    public static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        if (type.BaseType is Type parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            yield return Name(parent);
        }

        foreach (Type contract in type.GetInterfaces().Where(contract => IsVisible(contract.IsGenericType ? contract.GetGenericTypeDefinition() : contract)))
        {
            yield return Name(contract);
        }
    }

    public static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        if (type.IsEnum)
        {
            string[] values = [.. type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => FormattableString.Invariant($"{field.Name}={Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"))];
            yield return string.Join(", ", values);
            yield break;
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsVisible).Where(constructor => !constructor.IsStatic))
        {
            yield return $"ctor {Access(constructor)} {SimpleName(type)}({Parameters(constructor)})";
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
        {
            string modifiers = (field.IsPublic ? "public" : "protected") + (field.IsLiteral ? " const" : (field.IsStatic ? " static" : "") + (field.IsInitOnly ? " readonly" : ""));
            yield return $"field {modifiers} {Name(field.FieldType, Null(field))} {field.Name}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo[] accessors = [.. new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(IsVisible)];
            if (accessors.Length > 0)
            {
                string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name;
                string access = string.Concat(accessors.Select(accessor => accessor == property.GetMethod ? "get; " : IsInit(accessor) ? "init; " : "set; "));
                string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? " required" : "";
                yield return $"prop {Modifiers(accessors[0])}{required} {Name(property.PropertyType, Null(property))} {index} {{ {access}}}";
            }
        }

        foreach (EventInfo item in type.GetEvents(Declared).Where(item => IsVisible(item.AddMethod!)))
        {
            yield return $"event {Modifiers(item.AddMethod!)} {Name(item.EventHandlerType!)} {item.Name}";
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(IsVisible).Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)).Where(method => !IsOfEveryRecord(method)))
        {
            string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
            string constraints = method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : "";
            yield return $"method {Modifiers(method)} {Name(method.ReturnType, Null(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)}){constraints}";
        }
    }

    public static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return $"ref {Name(type.GetElementType()!, nullability)}";
        }

        string mark = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (Nullable.GetUnderlyingType(type) is Type underlying)
        {
            return Name(underlying) + "?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword + mark;
        }

        string name = NestedName(type);
        if (type.IsGenericType && type.Name.Contains('`', StringComparison.Ordinal))
        {
            Type[] arguments = type.GetGenericArguments();
            NullabilityInfo[]? known = nullability?.GenericTypeArguments;
            name += $"<{string.Join(", ", arguments.Select((argument, i) => Name(argument, known?.Length == arguments.Length ? known[i] : null)))}>";
        }

        return name + mark;
    }

    // Equality and text, which the compiler gives every record.
    private static bool IsOfEveryRecord(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name != "Deconstruct";

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    // The context is no concurrent collection, and tests run side by side.
    private static NullabilityInfo Null(FieldInfo field)
    {
        lock (Nullability)
        {
            return Nullability.Create(field);
        }
    }

    private static NullabilityInfo Null(PropertyInfo property)
    {
        lock (Nullability)
        {
            return Nullability.Create(property);
        }
    }

    private static NullabilityInfo Null(ParameterInfo parameter)
    {
        lock (Nullability)
        {
            return Nullability.Create(parameter);
        }
    }

    private static string NestedName(Type type) => type.IsNested ? $"{NestedName(type.DeclaringType!)}.{SimpleName(type)}" : SimpleName(type);

    private static string SimpleName(Type type) => type.Name.Split('`')[0];

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static string Modifiers(MethodInfo method)
    {
        string kind = method.IsStatic ? " static"
            : method.DeclaringType!.IsInterface ? ""
            : method.IsAbstract ? " abstract"
            : !method.IsVirtual || method.IsFinal ? ""
            : method.GetBaseDefinition() == method ? " virtual"
            : " override";
        return Access(method) + kind;
    }

    private static string Parameters(MethodBase method)
    {
        string parameters = string.Join(", ", method.GetParameters().Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute)) ? $"this {parameters}" : parameters;
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string type = Name(parameter.ParameterType, Null(parameter));
        if (parameter.ParameterType.IsByRef && (parameter.IsOut || parameter.IsIn))
        {
            type = (parameter.IsOut ? "out" : "in") + type["ref".Length..];
        }

        string prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{prefix}{type} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        object value when parameter.ParameterType.IsEnum => Enum.GetName(parameter.ParameterType, value)!,
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        object value => value.ToString()!,
    };

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Select(Constraint));

    private static string Constraint(Type argument)
    {
        if (!argument.IsGenericParameter)
        {
            return "";
        }

        var parts = new List<string>();
        GenericParameterAttributes attributes = argument.GenericParameterAttributes;
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add("class");
        }

        parts.AddRange(argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(type => Name(type)));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            parts.Add("new()");
        }

        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }
}
