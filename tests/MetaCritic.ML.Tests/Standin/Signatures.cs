using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Text.RegularExpressions;

namespace MetaCritic.ML.Tests.Standin;

/// <summary>
/// Members in the form in which compiled code refers to them: type parameters by number (<c>!0</c> of the type, <c>!!0</c> of the
/// method), properties and events as their accessors, no names of parameters.
/// </summary>
internal static partial class Signatures
{
    /// <summary>Splits at the commas outside all brackets.</summary>
    public static string[] SplitTop(string list)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] is '<' or '(' or '[' ? 1 : list[i] is '>' or ')' or ']' ? -1 : 0;
            if (list[i] == ',' && depth == 0)
            {
                parts.Add(list[start..i].Trim(' '));
                start = i + 1;
            }
        }

        parts.Add(list[start..].Trim(' '));
        return [.. parts.Where(part => part.Length > 0)];
    }

    /// <summary>What compiled code can refer to in a type of the list.</summary>
    public static IEnumerable<string> Of(ApiType type)
    {
        if (type.Declaration.Contains(" delegate ", StringComparison.Ordinal))
        {
            string returns = type.Declaration.Split(' ')[2];
            yield return "void .ctor(object, IntPtr)";
            yield return $"{Number(returns, type.Parameters, [])} Invoke({ParameterTypes(type.Rest.Trim(' ')[1..^1], type.Parameters, [])})";
        }

        foreach (string member in type.Members)
        {
            Match match;
            if ((match = Method().Match(member)).Success)
            {
                string[] own = match.Groups["generic"].Success ? SplitTop(match.Groups["generic"].Value) : [];
                yield return $"{Number(match.Groups["type"].Value, type.Parameters, own)} {match.Groups["name"].Value}{(own.Length > 0 ? $"`{own.Length}" : "")}({ParameterTypes(match.Groups["parameters"].Value, type.Parameters, own)})";
            }
            else if ((match = Constructor().Match(member)).Success)
            {
                yield return $"void .ctor({ParameterTypes(match.Groups["parameters"].Value, type.Parameters, [])})";
            }
            else if ((match = Property().Match(member)).Success)
            {
                string propertyType = Number(match.Groups["type"].Value, type.Parameters, []);
                string name = match.Groups["index"].Success ? "Item" : match.Groups["name"].Value;
                string index = match.Groups["index"].Success ? ParameterTypes(match.Groups["index"].Value, type.Parameters, []) : "";
                yield return $"{propertyType} get_{name}({index})";
                if (member.Contains(" set; ", StringComparison.Ordinal))
                {
                    yield return $"void set_{name}({(index.Length > 0 ? index + ", " : "")}{propertyType})";
                }
            }
            else if ((match = Field().Match(member)).Success)
            {
                yield return $"{Number(match.Groups["type"].Value, type.Parameters, [])} {match.Groups["name"].Value}";
            }
            else if ((match = Event().Match(member)).Success)
            {
                string handler = Number(match.Groups["type"].Value, type.Parameters, []);
                yield return $"void add_{match.Groups["name"].Value}({handler})";
                yield return $"void remove_{match.Groups["name"].Value}({handler})";
            }
        }
    }

    private static string ParameterTypes(string list, string[] ofType, string[] ofMethod) =>
        string.Join(", ", SplitTop(list).Select(parameter =>
        {
            int initial = parameter.IndexOf(" = ", StringComparison.Ordinal);
            string declared = initial < 0 ? parameter : parameter[..initial];
            declared = Prefix().Replace(declared, "").Replace("out ", "ref ", StringComparison.Ordinal);
            return Number(declared[..declared.LastIndexOf(' ')], ofType, ofMethod);
        }));

    private static string Number(string type, string[] ofType, string[] ofMethod) =>
        Word().Replace(type, word =>
            Array.IndexOf(ofMethod, word.Value) is >= 0 and int method ? $"!!{method}"
            : Array.IndexOf(ofType, word.Value) is >= 0 and int index ? $"!{index}"
            : word.Value);

    [GeneratedRegex(@"^method (?:public|protected)(?: static| abstract| virtual| override)? (?<type>.+?) (?<name>[A-Za-z0-9_]+)(?:<(?<generic>[A-Za-z0-9_, ]+)>)?\((?<parameters>.*)\)(?: where .*)?$")]
    private static partial Regex Method();

    [GeneratedRegex(@"^ctor (?:public|protected) \w+\((?<parameters>.*)\)$")]
    private static partial Regex Constructor();

    [GeneratedRegex(@"^prop (?:public|protected)(?: static| abstract| virtual| override)? (?<type>.+) (?:(?<name>\w+)|this\[(?<index>.*)\]) \{ ")]
    private static partial Regex Property();

    [GeneratedRegex(@"^field (?:public|protected)(?: static| const)?(?: readonly)? (?<type>.+) (?<name>\w+)$")]
    private static partial Regex Field();

    [GeneratedRegex(@"^event (?:public|protected)(?: static)? (?<type>.+) (?<name>\w+)$")]
    private static partial Regex Event();

    [GeneratedRegex(@"^(?:this |params )+")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"(?<![\w.])\w+(?![\w.])")]
    private static partial Regex Word();
}

/// <summary>Renders the signatures in a compiled assembly.</summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => $"ref {elementType}";

    public string GetFunctionPointerType(MethodSignature<string> signature) => "function pointer";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        genericType == "Nullable" ? $"{typeArguments[0]}?" : $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode switch
    {
        PrimitiveTypeCode.Boolean => "bool",
        PrimitiveTypeCode.Byte => "byte",
        PrimitiveTypeCode.SByte => "sbyte",
        PrimitiveTypeCode.Int16 => "short",
        PrimitiveTypeCode.UInt16 => "ushort",
        PrimitiveTypeCode.Int32 => "int",
        PrimitiveTypeCode.UInt32 => "uint",
        PrimitiveTypeCode.Int64 => "long",
        PrimitiveTypeCode.UInt64 => "ulong",
        PrimitiveTypeCode.Single => "float",
        PrimitiveTypeCode.Double => "double",
        PrimitiveTypeCode.String => "string",
        PrimitiveTypeCode.Object => "object",
        PrimitiveTypeCode.Void => "void",
        _ => typeCode.ToString(),
    };

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        WithoutArity(reader.GetString(reader.GetTypeDefinition(handle).Name));

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        TypeReference reference = reader.GetTypeReference(handle);
        string name = WithoutArity(reader.GetString(reference.Name));
        return reference.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{GetTypeFromReference(reader, (TypeReferenceHandle)reference.ResolutionScope, rawTypeKind)}.{name}"
            : name;
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static string WithoutArity(string name) => name.Split('`')[0];
}
