using System.Runtime.InteropServices;
using MetaCritic.Cli;

using CancellationTokenSource cancellation = new();

// The first Ctrl-C or SIGTERM asks to stop and leaves time to save; the second ends the process.
void Stop(PosixSignalContext context)
{
    context.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await Tool.RunAsync(args, Terminal.OfProcess(), cancellation.Token);
