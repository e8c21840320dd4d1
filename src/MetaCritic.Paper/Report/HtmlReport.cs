using System.Security;
using System.Text;
using MetaCritic.Paper.Items;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Report;

/// <summary>One page with all items: tables and inline figures, nothing to load, readable on a phone and in print.</summary>
internal static class HtmlReport
{
    private const string Style =
        """
        body { font: 16px/1.5 Helvetica, Arial, "DejaVu Sans", sans-serif; color: #222; background: #fff; max-width: 62rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; }
        h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .5rem; border-top: 1px solid #ccc; padding-top: 1rem; }
        nav ul { columns: 16rem; padding-left: 1.2rem; }
        .wide { overflow-x: auto; margin: 1rem 0; }
        .caption { font-size: .875rem; font-weight: bold; margin: 1.5rem 0 -.5rem; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #ddd; }
        th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: #fff; white-space: pre-wrap; min-width: 7rem; }
        figure { margin: 1.5rem 0; }
        figure svg { max-width: 100%; min-width: 40rem; height: auto; display: block; }
        figcaption { font-size: .875rem; color: #444; margin-top: .3rem; }
        @media screen and (min-width: 66rem) { section > .wide { width: max-content; min-width: 100%; max-width: calc(50vw + 29rem); } }
        @media print {
          body { max-width: none; font-size: 10pt; padding: 0; } h2, h2 + p, .caption { break-after: avoid; } .caption, figcaption { font-size: 8.5pt; } figure, tr { break-inside: avoid; } .wide { overflow: visible; }
          figure svg { min-width: 0; max-height: 17cm; } table { font-size: 7.5pt; } th, td { padding: .1rem .3rem; white-space: normal; }
        }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="heading">What was run.</param>
    /// <param name="results">The items and what they came to.</param>
    /// <returns>An HTML document that is well-formed XML, too.</returns>
    public static string Write(string heading, IReadOnlyList<ItemReport> results)
    {
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light\"/>\n<title>Model Based Meta Learning of Critics, reproduced</title>\n");
        page.Append("<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n<h1>Model Based Meta Learning of Critics for Policy Gradients, reproduced</h1>\n");
        page.Append("<p>Figures and tables of Bechtle, Righetti and Meier, arXiv 2204.02210, computed by MetaCritic. ").Append(E(heading)).Append("</p>\n<nav><ul>\n");
        foreach (IPaperItem item in results.Select(result => result.Item))
        {
            page.Append("<li><a href=\"#").Append(E(item.Name)).Append("\">").Append(E(item.Title)).Append("</a></li>\n");
        }

        page.Append("</ul></nav>\n");
        foreach ((IPaperItem item, PaperResult result, IReadOnlyList<DrawnFigure> figures) in results)
        {
            Add(page, item, result, figures);
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Add(StringBuilder page, IPaperItem item, PaperResult result, IReadOnlyList<DrawnFigure> figures)
    {
        page.Append("<section id=\"").Append(E(item.Name)).Append("\">\n<h2>").Append(E(item.Title)).Append("</h2>\n<p>").Append(E(item.Shown)).Append("</p>\n");
        foreach (DrawnFigure figure in figures)
        {
            page.Append("<figure>\n<div class=\"wide\">\n").Append(figure.Image)
                .Append("</div>\n<figcaption>").Append(E(figure.Caption)).Append("</figcaption>\n</figure>\n");
        }

        foreach (PaperTable table in result.Tables)
        {
            page.Append("<p class=\"caption\">").Append(E(table.Caption)).Append("</p>\n<div class=\"wide\"><table aria-label=\"").Append(E(table.Caption)).Append("\">\n<thead><tr>");
            page.AppendJoin("", table.Columns.Select(cell => $"<th scope=\"col\">{E(cell)}</th>")).Append("</tr></thead>\n<tbody>\n");
            foreach (string[] row in table.Rows)
            {
                page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{E(cell)}</td>")).Append("</tr>\n");
            }

            page.Append("</tbody></table></div>\n");
        }

        foreach (string remark in result.Remarks)
        {
            page.Append("<p>").Append(E(remark)).Append("</p>\n");
        }

        page.Append("</section>\n");
    }

    private static string E(string text) => SecurityElement.Escape(text);
}
