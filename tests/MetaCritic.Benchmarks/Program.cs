using BenchmarkDotNet.Running;
using MetaCritic.Benchmarks;

// For example: dotnet run -c Release --project tests/MetaCritic.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(DynamicsBenchmarks).Assembly).Run(args, new InProcessConfig());
