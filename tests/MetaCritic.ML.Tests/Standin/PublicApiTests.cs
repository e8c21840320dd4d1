using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.ML;

namespace MetaCritic.ML.Tests.Standin;

/// <summary>Nothing here is built on a member that Microsoft.ML 5.0.0 has not.</summary>
[TestClass]
public sealed class PublicApiTests
{
    private static readonly ApiList List = ApiList.Read(Path.Combine(AppContext.BaseDirectory, "TestData", "public-api-5.0.0.txt"));

    [TestMethod]
    public void TheListIsComplete()
    {
        Assert.IsGreaterThan(250, List.Types.Count);
        Assert.Contains("method public TDst Predict(TSrc example)", List.Types["Microsoft.ML.PredictionEngineBase`2"].Members);
    }

    [TestMethod]
    public void EveryMemberOfTheStandinExistsInMicrosoftML()
    {
        Assembly standin = typeof(MLContext).Assembly;
        if (standin.GetName().Name != "MetaCritic.MLNet.Standin")
        {
            Assert.Inconclusive("Built against Microsoft.ML itself.");
        }

        var unknown = new List<string>();
        int checkedMembers = 0;
        foreach (Type type in standin.GetTypes().Where(ApiRenderer.IsVisible))
        {
            if (!List.Types.TryGetValue(ApiRenderer.Key(type), out ApiType? known))
            {
                unknown.Add(ApiRenderer.Key(type));
                continue;
            }

            if (ApiRenderer.Declaration(type) is string declaration && declaration != known.Declaration)
            {
                unknown.Add($"{declaration}  (in Microsoft.ML: {known.Declaration})");
            }

            if (ApiRenderer.Constraints(type) is string constraints && constraints != known.Constraints)
            {
                unknown.Add($"{known.Key}{constraints}  (in Microsoft.ML:{known.Constraints})");
            }

            unknown.AddRange(ApiRenderer.Bases(type).Except(known.Bases).Select(missing => $"{known.Key} : {missing}"));
            foreach (string member in ApiRenderer.Members(type))
            {
                checkedMembers++;
                if (!known.Members.Contains(member))
                {
                    unknown.Add($"{known.Key}  {member}");
                }
            }
        }

        Assert.IsEmpty(unknown, $"Microsoft.ML 5.0.0 has not:\n{string.Join('\n', unknown)}\n");
        Assert.IsGreaterThan(200, checkedMembers);
    }

    [TestMethod]
    [DataRow("MetaCritic.ML.dll")]
    public void EveryMemberReferredToExistsInMicrosoftML(string file)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, file)));
        MetadataReader reader = image.GetMetadataReader();
        var text = new SignatureText();
        var unknown = new List<string>();
        int checkedMembers = 0;
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            if (KeyOf(reader, handle) is string key && !List.Types.ContainsKey(key))
            {
                unknown.Add(key);
            }
        }

        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (TypeOf(reader, member.Parent) is not TypeReferenceHandle parent || KeyOf(reader, parent) is not string key || !List.Types.TryGetValue(key, out ApiType? known))
            {
                continue;
            }

            checkedMembers++;
            string name = reader.GetString(member.Name);
            string signature;
            if (member.GetKind() == MemberReferenceKind.Field)
            {
                signature = $"{member.DecodeFieldSignature(text, null)} {name}";
            }
            else
            {
                MethodSignature<string> method = member.DecodeMethodSignature(text, null);
                string arity = method.GenericParameterCount > 0 ? $"`{method.GenericParameterCount}" : "";
                signature = $"{method.ReturnType} {name}{arity}({string.Join(", ", method.ParameterTypes)})";
            }

            if (!Signatures.Of(known).Contains(signature))
            {
                unknown.Add($"{key}  {signature}");
            }
        }

        Assert.IsEmpty(unknown, $"Microsoft.ML 5.0.0 has not:\n{string.Join('\n', unknown)}\n");
        Assert.IsGreaterThan(30, checkedMembers);
    }

    /// <summary>The referenced type behind a member's parent: itself, or the definition of a generic instance of it.</summary>
    private static TypeReferenceHandle? TypeOf(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)parent;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        BlobReader blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadCompressedInteger();
        EntityHandle definition = blob.ReadTypeHandle();
        return definition.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)definition : null;
    }

    /// <summary>The key of a type in the list, or null for types of other libraries.</summary>
    private static string? KeyOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference reference = reader.GetTypeReference(handle);
        string name = reader.GetString(reference.Name);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return KeyOf(reader, (TypeReferenceHandle)reference.ResolutionScope) is string outer ? $"{outer}.{name}" : null;
        }

        string space = reader.GetString(reference.Namespace);
        return space == "Microsoft.ML" || space.StartsWith("Microsoft.ML.", StringComparison.Ordinal) ? $"{space}.{name}" : null;
    }
}
