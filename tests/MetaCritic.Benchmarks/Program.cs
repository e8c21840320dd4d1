using BenchmarkDotNet.Running;
using MetaCritic.Benchmarks;
using MetaCritic.Benchmarks.Arms;
using MetaCritic.Benchmarks.Ratios;

// For example:
// dotnet run -c Release --project tests/MetaCritic.Benchmarks -- ratios --only products,meta
// dotnet run -c Release --project tests/MetaCritic.Benchmarks -- arms kuka panda.urdf
// dotnet run -c Release --project tests/MetaCritic.Benchmarks -- --filter '*'
if (args is ["ratios", ..])
{
    return RatioCommand.Run(args[1..], Console.Out, Console.Error);
}

if (args is ["arms", ..])
{
    return ArmsCommand.Run(args[1..], Console.Out, Console.Error);
}

BenchmarkSwitcher.FromAssembly(typeof(DynamicsBenchmarks).Assembly).Run(args, new InProcessConfig());
return 0;
