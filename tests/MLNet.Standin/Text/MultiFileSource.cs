using Microsoft.ML.Data;

namespace Microsoft.ML.Data
{
    public interface IMultiStreamSource
    {
        public int Count { get; }

        public string GetPathOrNull(int index);

        public Stream Open(int index);

        public TextReader OpenTextReader(int index);
    }

    public sealed class MultiFileSource : IMultiStreamSource
    {
        private readonly string[] _paths;

        public MultiFileSource(params string[] paths) => _paths = [.. (paths ?? []).Where(path => path is not null).SelectMany(Expand)];

        public int Count => _paths.Length;

        public string GetPathOrNull(int index) => _paths[index];

        public Stream Open(int index)
        {
            try
            {
                return File.OpenRead(_paths[index]);
            }
            catch (IOException e)
            {
                throw new IOException($"Could not open file '{_paths[index]}'. Error is: {e.Message}", e);
            }
        }

        public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

        /// <summary>A file name may hold * and ?.</summary>
        private static string[] Expand(string path)
        {
            string pattern = Path.GetFileName(path);
            if (!pattern.Contains('*', StringComparison.Ordinal) && !pattern.Contains('?', StringComparison.Ordinal))
            {
                return [path];
            }

            string[] found = Directory.GetFiles(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".", pattern);
            Array.Sort(found, StringComparer.Ordinal);
            return found;
        }
    }
}

namespace Microsoft.ML
{
    public interface IDataLoader<in TSource> : ICanSaveModel
    {
        public DataViewSchema GetOutputSchema();

        public IDataView Load(TSource input);
    }

    public static class DataLoaderExtensions
    {
        public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path)
        {
            ArgumentNullException.ThrowIfNull(loader);
            return loader.Load(new MultiFileSource(path));
        }
    }
}
