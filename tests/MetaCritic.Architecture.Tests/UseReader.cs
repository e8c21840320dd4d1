using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MetaCritic.Architecture.Tests;

/// <summary>
/// Reads from an assembly which types use which: bases, constraints, attributes, the signatures of fields, methods and locals, what is
/// caught, and every token in the bodies of methods. What is nested counts as the type around it. Constants leave no trace in metadata.
/// </summary>
internal sealed class UseReader : ISignatureTypeProvider<UseReader.Nothing, UseReader.Nothing>
{
    private static readonly Dictionary<short, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value, code => code.OperandType);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly string _assembly;
    private readonly HashSet<TypeUse> _uses = [];
    private readonly HashSet<TypeName> _types = [];
    private TypeName _user = null!;

    private UseReader(PEReader file)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _assembly = _metadata.GetString(_metadata.GetAssemblyDefinition().Name);
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            Read(_metadata.GetTypeDefinition(handle));
        }
    }

    /// <summary>The types of an assembly, and whom they use.</summary>
    public static (IReadOnlySet<TypeName> Types, IReadOnlySet<TypeUse> Uses) Read(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        UseReader reader = new(file);
        return (reader._types, reader._uses);
    }

    private void Read(TypeDefinition type)
    {
        _user = NameOf(type);
        if (IsCompilers(_user))
        {
            return;
        }

        _types.Add(_user);
        Add(type.BaseType);
        Add(type.GetCustomAttributes());
        Add(type.GetGenericParameters());
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            Add(_metadata.GetInterfaceImplementation(implementation).Interface);
        }

        foreach (FieldDefinition field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(this, default);
            Add(field.GetCustomAttributes());
        }

        foreach (PropertyDefinition property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
        {
            Add(property.GetCustomAttributes());
        }

        foreach (MethodDefinition method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(this, default);
            Add(method.GetCustomAttributes());
            Add(method.GetGenericParameters());
            if (method.RelativeVirtualAddress != 0)
            {
                ReadBody(_file.GetMethodBody(method.RelativeVirtualAddress));
            }
        }
    }

    private void ReadBody(MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, default);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }

        BlobReader code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            short operation = code.ReadByte();
            if (operation == 0xFE)
            {
                operation = unchecked((short)(0xFE00 | code.ReadByte()));
            }

            switch (Operands[operation])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineSig or OperandType.InlineTok or OperandType.InlineType:
                    Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int cases = code.ReadInt32();
                    code.Offset += 4 * cases;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineNone:
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }

    private void Add(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle attribute in attributes)
        {
            Add(_metadata.GetCustomAttribute(attribute).Constructor);
        }
    }

    private void Add(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterConstraintHandle constraint in parameters.SelectMany(parameter => _metadata.GetGenericParameter(parameter).GetConstraints()))
        {
            Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    // What a token stands for: a type, or the type that has the member, with all generic arguments.
    private void Add(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case var _ when handle.IsNil:
                break;
            case HandleKind.TypeDefinition:
                Add(NameOf(_metadata.GetTypeDefinition((TypeDefinitionHandle)handle)));
                break;
            case HandleKind.TypeReference:
                Add(NameOf((TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, default);
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification call = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(call.Method);
                call.DecodeSignature(this, default);
                break;
            case HandleKind.StandaloneSignature:
                _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(this, default);
                break;
            default:
                throw new NotSupportedException($"A token of the kind {handle.Kind} is not expected here.");
        }
    }

    private void Add(TypeName used)
    {
        if (used != _user && !IsCompilers(used))
        {
            _uses.Add(new(_user, used));
        }
    }

    // Types that the compiler adds for itself; those it nests in a type of ours count as that.
    private static bool IsCompilers(TypeName type) => type.Name.StartsWith('<');

    private TypeName NameOf(TypeDefinition type)
    {
        while (type.IsNested)
        {
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        return Named(_assembly, type.Namespace, type.Name);
    }

    private TypeName NameOf(TypeReferenceHandle handle)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            type = _metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        }

        string assembly = type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
            : _assembly;
        return Named(assembly, type.Namespace, type.Name);
    }

    private TypeName Named(string assembly, StringHandle space, StringHandle name) =>
        new(assembly, _metadata.GetString(space), _metadata.GetString(name).Split('`')[0]);

    /// <inheritdoc/>
    public Nothing GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Seen(handle);

    /// <inheritdoc/>
    public Nothing GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Seen(handle);

    /// <inheritdoc/>
    public Nothing GetTypeFromSpecification(MetadataReader reader, Nothing genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => Seen(handle);

    /// <inheritdoc/>
    public Nothing GetArrayType(Nothing elementType, ArrayShape shape) => default;

    /// <inheritdoc/>
    public Nothing GetByReferenceType(Nothing elementType) => default;

    /// <inheritdoc/>
    public Nothing GetFunctionPointerType(MethodSignature<Nothing> signature) => default;

    /// <inheritdoc/>
    public Nothing GetGenericInstantiation(Nothing genericType, ImmutableArray<Nothing> typeArguments) => default;

    /// <inheritdoc/>
    public Nothing GetGenericMethodParameter(Nothing genericContext, int index) => default;

    /// <inheritdoc/>
    public Nothing GetGenericTypeParameter(Nothing genericContext, int index) => default;

    /// <inheritdoc/>
    public Nothing GetModifiedType(Nothing modifier, Nothing unmodifiedType, bool isRequired) => default;

    /// <inheritdoc/>
    public Nothing GetPinnedType(Nothing elementType) => default;

    /// <inheritdoc/>
    public Nothing GetPointerType(Nothing elementType) => default;

    /// <inheritdoc/>
    public Nothing GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

    /// <inheritdoc/>
    public Nothing GetSZArrayType(Nothing elementType) => default;

    private Nothing Seen(EntityHandle handle)
    {
        Add(handle);
        return default;
    }

    /// <summary>What becomes of a type in a signature: it has been seen.</summary>
    internal readonly struct Nothing;
}
