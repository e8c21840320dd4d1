return await MetaCritic.Cli.Tool.Program.RunProcessAsync(args);
