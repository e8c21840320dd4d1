return await MetaCritic.Paper.PaperProgram.Program.RunProcessAsync(args);
