/** The one place that draws with Plot, on a document of its own. Knows no show; gives SVG. */
import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, type Html, trusted } from './html.js';

/** The drawing as SVG for a page; `label` says what it shows to whoever can not see it. */
export function draw(label: string, options: PlotOptions): Html {
  const { document } = parseHTML('<html></html>');
  const drawn = plot({ ...options, document } as PlotOptions);
  const svg = String((drawn as { outerHTML: string }).outerHTML);
  return trusted(svg.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(label)}" `));
}
