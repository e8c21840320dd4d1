using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

// A critic with layer normalisation, an architecture that the engine does not have.
internal sealed class NormalisedCritic : nn.Module<Tensor, Tensor>
{
    private readonly Linear first, second, last;
    private readonly LayerNorm norm1, norm2;

    public NormalisedCritic(int inputs, int width)
        : base(nameof(NormalisedCritic))
    {
        first = nn.Linear(inputs, width);
        norm1 = nn.LayerNorm(width);
        second = nn.Linear(width, width);
        norm2 = nn.LayerNorm(width);
        last = nn.Linear(width, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor h = nn.functional.elu(norm1.call(first.call(input)), 1.0);
        return last.call(nn.functional.elu(norm2.call(second.call(h)), 1.0));
    }
}

// A policy with a residual block and a linear way around it.
internal sealed class ResidualPolicy : nn.Module<Tensor, Tensor>
{
    private readonly Linear enter, block, leave, around;

    public ResidualPolicy(int states, int actions, int width)
        : base(nameof(ResidualPolicy))
    {
        enter = nn.Linear(states, width);
        block = nn.Linear(width, width);
        leave = nn.Linear(width, actions);
        around = nn.Linear(states, actions);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor h = enter.call(input).tanh();
        h = h + block.call(h).tanh();
        return leave.call(h) + around.call(input);
    }
}
