import { median, type Result } from './measure.js';
import type { BenchResults } from './results.js';
import { contestantOf } from './table.js';

const [WIDTH, LABEL, FIGURE, BAR, GAP] = [860, 330, 60, 12, 14];

/** Ours in one colour, everybody else in another; lighter the farther away. */
const OURS = /^(the action|`fixtures)/;

/**
 * The cold pull as bars, one for each distance, the fastest contestant first. Readable in light and in dark.
 * Pure.
 */
export function renderPicture(run: BenchResults): string {
  const found = run.results.filter(({ scenario, seconds }) => scenario === 'cold pull' && seconds.length > 0);
  const delays = [...new Set(found.map(({ delay }) => delay))].sort((a, b) => a - b);
  const rows = rowsOf(found);
  const most = Math.max(...found.map(({ seconds }) => median(seconds)));
  const scale = (WIDTH - LABEL - FIGURE) / most;
  const rowHeight = delays.length * BAR + GAP;
  const top = 52;
  const height = top + rows.length * rowHeight + 34;
  const bars = rows.flatMap(([name, results], row) => {
    const y = top + row * rowHeight;
    const label = `<text x="${LABEL - 10}" y="${y + (results.length * BAR) / 2 + 4}" text-anchor="end">${escaped(name)}</text>`;
    return [label, ...results.map((one, at) => bar(one, y + at * BAR, scale, delays.indexOf(one.delay)))];
  });
  const legend = delays.map((delay) => (delay === 0 ? 'no delay' : `${delay} ms`)).join(', ');
  const { corpus, surroundings } = run;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Seconds of a cold pull by contestant">
<style>
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .small { font-size: 10px; fill: #59636e }
  .ground { fill: #ffffff }
  .ours { fill: #1a7f37 }
  .other { fill: #6e7781 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .ground { fill: #0d1117 } .ours { fill: #3fb950 } .other { fill: #8b949e }
  }
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>
<text class="title" x="16" y="24">Cold pull of ${corpus.files.toLocaleString('en')} recordings (${Math.round(corpus.bytes / 1_000_000)} MB), seconds</text>
<text class="small" x="16" y="40">Bars from top to bottom: round trips of ${legend}. Medians of ${surroundings.rounds} rounds, process starts included.</text>
${bars.join('\n')}
<text class="small" x="16" y="${height - 12}">${surroundings.date}, ${surroundings.cores} cores, loopback. npm run bench</text>
</svg>
`;
}

/** By contestant, each sorted by distance; the fastest at no distance first. */
function rowsOf(found: Result[]): [string, Result[]][] {
  const rows = new Map<string, Result[]>();
  for (const one of found) rows.set(contestantOf(one), [...(rows.get(contestantOf(one)) ?? []), one]);
  for (const row of rows.values()) row.sort((a, b) => a.delay - b.delay);
  const speed = (row: Result[]) => median(row[0]?.seconds ?? []);
  return [...rows].sort(([, a], [, b]) => speed(a) - speed(b));
}

function bar(one: Result, y: number, scale: number, distance: number): string {
  const seconds = median(one.seconds);
  const width = Math.max(1, seconds * scale).toFixed(1);
  const colour = OURS.test(one.contestant) ? 'ours' : 'other';
  const opacity = Math.max(0.3, 1 - distance * 0.3);
  return [
    `<rect class="${colour}" x="${LABEL}" y="${y}" width="${width}" height="${BAR - 1}" opacity="${opacity.toFixed(1)}"/>`,
    `<text class="small" x="${(LABEL + Number(width) + 5).toFixed(1)}" y="${y + BAR - 1}">${seconds.toFixed(2)}</text>`,
  ].join('');
}

const escaped = (text: string) =>
  text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
