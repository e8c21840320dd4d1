using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(string contractName) =>
        new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName, null, null);
}

internal interface ICustomMappingFactory
{
    public ITransformer CreateTransformer(string contractName);
}

[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    public CustomMappingFactoryAttributeAttribute(string contractName) : base(contractName)
    {
    }
}

internal static class CustomMappingLoader
{
    public static ITransformer Load(ModelLoadContext context)
    {
        string contractName = context.Reader.ReadString();
        string assemblyName = context.Reader.ReadString();
        context.Host.ComponentCatalog.RegisterAssembly(Assembly.Load(assemblyName));
        Type type = context.Host.ComponentCatalog.FindExtension(contractName);
        if (!typeof(ICustomMappingFactory).IsAssignableFrom(type) || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new InvalidOperationException($"The class '{type}' of the contract '{contractName}' is no custom mapping factory with a public parameterless constructor.");
        }

        return ((ICustomMappingFactory)Activator.CreateInstance(type)).CreateTransformer(contractName);
    }
}

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (SchemaDefinition.Column wanted in Transformer.Input)
        {
            SchemaShape.Column column = inputSchema.Find(wanted.ColumnName) ?? throw Mismatch.Missing("input", wanted.ColumnName);
            SchemaShape.Column expected = SchemaShape.Of(wanted.ColumnName, wanted.ColumnType, null);
            bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
            bool wantsVector = expected.Kind != SchemaShape.Column.VectorKind.Scalar;
            if (!column.ItemType.Equals(expected.ItemType) || column.IsKey != expected.IsKey || isVector != wantsVector)
            {
                throw Mismatch.Type("input", wanted.ColumnName, expected.Describe(), column.Describe());
            }
        }

        return inputSchema.With(Transformer.Output.Select(column => SchemaShape.Of(column.ColumnName, column.ColumnType, column.Annotations)));
    }
}

public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contractName;

    internal CustomMappingTransformer(Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition input, SchemaDefinition output)
    {
        _map = mapAction ?? throw new ArgumentNullException(nameof(mapAction));
        _contractName = contractName;
        Input = input ?? SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Write);
        Output = output ?? SchemaDefinition.Create(typeof(TDst), SchemaDefinition.Direction.Read);
        Results = new TypedSource<TDst>(Output);
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal SchemaDefinition Input { get; }

    internal SchemaDefinition Output { get; }

    internal TypedSource<TDst> Results { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new Mapping(this, inputSchema ?? throw new ArgumentNullException(nameof(inputSchema))).OutputSchema;

    public IDataView Transform(IDataView input) => new MappedDataView(input ?? throw new ArgumentNullException(nameof(input)), new Mapping(this, input.Schema));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(new Mapping(this, inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (string.IsNullOrEmpty(_contractName))
        {
            throw new InvalidOperationException("Empty contract name for a transform: the transform cannot be saved");
        }

        ctx.SetSignature("CustomMapping");
        ctx.Writer.Write(_contractName);
        ctx.Writer.Write(_map.Method.Module.Assembly.FullName);
    }

    private sealed class Mapping : RowMapping
    {
        private readonly CustomMappingTransformer<TSrc, TDst> _parent;
        private readonly TypedReader<TSrc> _reader;

        public Mapping(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema input)
            : base(input, parent.Results.Schema.Select(column => new DataViewSchema.DetachedColumn(column)))
        {
            _parent = parent;
            _reader = new TypedReader<TSrc>(input, ignoreMissing: false, parent.Input);
        }

        public override Delegate[] CreateGetters(DataViewRow input, bool[] activeAdded)
        {
            var getters = new Delegate[activeAdded.Length];
            if (!activeAdded.Contains(true))
            {
                return getters;
            }

            var source = new TSrc();
            var result = new TDst();
            long served = -1;
            Action<TSrc> fill = _reader.Bind(input);
            TDst Current()
            {
                if (input.Position != served)
                {
                    fill(source);
                    _parent._map(source, result);
                    served = input.Position;
                }

                return result;
            }

            for (int i = 0; i < getters.Length; i++)
            {
                getters[i] = activeAdded[i] ? _parent.Results.GetGetter(i, Current) : null;
            }

            return getters;
        }

        protected override void AddDependencies(bool[] activeAdded, bool[] needed)
        {
            if (activeAdded.Contains(true))
            {
                foreach (DataViewSchema.Column column in _reader.Columns)
                {
                    needed[column.Index] = true;
                }
            }
        }
    }
}
