using Microsoft.Playwright;

namespace MetaCritic.Browser.Tests;

/// <summary>The browser of the machine, started once.</summary>
internal static class Browser
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    /// <summary>A page of a size and theme, with whatever goes wrong on it; the test is inconclusive where there is no browser.</summary>
    public static async Task<(IPage Page, List<string> Errors)> Open(string file, int width = 1280, int height = 900, bool dark = false, bool still = false, bool touch = false)
    {
        string program = Array.Find(Places, File.Exists) ?? "";
        if (program.Length == 0)
        {
            Assert.Inconclusive("There is no browser on this machine: apt-get install chromium.");
        }

        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu"] });
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = still ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            HasTouch = touch,
            Offline = true,
        });
        IPage page = await context.NewPageAsync();
        List<string> errors = [];
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                errors.Add(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                errors.Add($"asks for {request.Url}");
            }
        };
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        return (page, errors);
    }

    /// <summary>Ends the browser.</summary>
    public static async Task Close()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        (_browser, _playwright) = (null, null);
    }
}
