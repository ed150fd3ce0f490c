/** One line of a plot. */
interface Series {
  readonly name: string;
  /** Pairs of seconds and value; the line is broken where a value is undefined. */
  readonly points: readonly (readonly [at: number, value: number | undefined])[];
}

/** What is drawn over the common axis of time. */
export interface Panel {
  /** What is drawn, with its unit. */
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly range: readonly [least: number, most: number];
  readonly ticks: readonly number[];
  readonly series: readonly Series[];
}

/** A picture of several panels over each other, with a time that is shaded through all of them. */
interface Plot {
  readonly title: string;
  readonly shaded: { readonly from: number; readonly to: number; readonly label: string };
  /** Seconds from the left to the right. */
  readonly seconds: number;
  readonly panels: readonly Panel[];
}

const [width, left, right] = [760, 56, 744];
const [top, height, gap] = [86, 112, 32];

/** The pens, in the order of the series: told apart by colour (as the colour-blind see them too) and by dash. */
const pens = [
  { light: '#6e6e6e', dark: '#a8a8a8', dash: '2 3' },
  { light: '#c2500a', dark: '#f0954f', dash: '' },
  { light: '#0b67ad', dark: '#62b4ee', dash: '7 3' },
  { light: '#0a7d5a', dark: '#3fc79a', dash: '' },
] as const;

/** Draws a plot as SVG text, the same for the same numbers, for light and dark pages. */
export function svg(plot: Plot): string {
  const bottom = top + plot.panels.length * (height + gap) - gap;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 44}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(plot.title)}</title>`,
    ...style(),
    '<rect class="page" width="100%" height="100%"/>',
    `<text class="title" x="${left}" y="24">${escaped(plot.title)}</text>`,
    ...legend(plot),
    ...shade(plot, bottom),
    ...plot.panels.flatMap((panel, i) => drawPanel(plot, panel, top + i * (height + gap))),
    ...timeAxis(plot, bottom),
    '</svg>',
    '',
  ].join('\n');
}

function style(): string[] {
  const colours = (tone: 'light' | 'dark') => pens.map((pen, i) => `.s${i}{stroke:${pen[tone]}}`).join('');
  const dashes = pens.map(({ dash }, i) => (dash ? `.s${i}{stroke-dasharray:${dash}}` : '')).join('');
  return [
    '<style>',
    'text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.tick{font-size:11px;fill:#555}',
    '.page{fill:#fff}.shade{fill:#000;fill-opacity:.07}.grid{stroke:#ddd}.frame{fill:none;stroke:#999}',
    `.line{fill:none;stroke-width:1.7;stroke-linejoin:round}${dashes}${colours('light')}`,
    '@media (prefers-color-scheme:dark){text{fill:#ddd}.tick{fill:#aaa}.page{fill:#0d1117}.shade{fill:#fff;fill-opacity:.09}',
    `.grid{stroke:#30363d}.frame{stroke:#6e7681}${colours('dark')}}`,
    '</style>',
  ];
}

function legend({ panels }: Plot): string[] {
  return (panels[0]?.series ?? []).flatMap(({ name }, i) => {
    const x = left + i * 130;
    return [`<path class="line s${i}" d="M${x} 46h28"/>`, `<text x="${x + 34}" y="50">${escaped(name)}</text>`];
  });
}

function shade(plot: Plot, bottom: number): string[] {
  const { from, to, label } = plot.shaded;
  const x = across(plot, from);
  return [
    `<rect class="shade" x="${x}" y="${top - 20}" width="${fixed(Number(across(plot, to)) - Number(x))}" height="${bottom - top + 20}"/>`,
    `<text class="tick" x="${fixed(Number(x) + 4)}" y="${top - 6}">${escaped(label)}</text>`,
  ];
}

function drawPanel(plot: Plot, panel: Panel, y: number): string[] {
  const rows = panel.ticks.flatMap((tick) => {
    const at = down(panel, tick, y);
    return [
      `<path class="grid" d="M${left} ${at}H${right}"/>`,
      `<text class="tick" x="${left - 6}" y="${fixed(Number(at) + 4)}" text-anchor="end">${tick}</text>`,
    ];
  });
  const lines = panel.series.map(({ points }, i) => `<path class="line s${i}" d="${path(plot, panel, points, y)}"/>`);
  const frame = `<rect class="frame" x="${left}" y="${y}" width="${right - left}" height="${height}"/>`;
  return [...rows, ...lines, frame, `<text x="${left}" y="${y - 6}">${escaped(panel.title)}</text>`];
}

function path(plot: Plot, panel: Panel, points: Series['points'], y: number): string {
  let pen = 'M';
  return points
    .map(([at, value]) => {
      const command = value === undefined ? '' : `${pen}${across(plot, at)} ${down(panel, value, y)}`;
      pen = value === undefined ? 'M' : 'L';
      return command;
    })
    .join('');
}

function timeAxis(plot: Plot, bottom: number): string[] {
  const ticks = Array.from({ length: Math.floor(plot.seconds / 10) + 1 }, (_, i) => i * 10);
  return [
    ...ticks.map(
      (at) => `<text class="tick" x="${across(plot, at)}" y="${bottom + 16}" text-anchor="middle">${at}</text>`,
    ),
    `<text x="${(left + right) / 2}" y="${bottom + 36}" text-anchor="middle">time (s)</text>`,
  ];
}

function across({ seconds }: Plot, at: number): string {
  return fixed(left + (at / seconds) * (right - left));
}

/** What lies outside the range is drawn on its edge. */
function down({ scale, range }: Panel, value: number, y: number): string {
  const read = scale === 'log' ? Math.log10 : Number;
  const [least, most] = range;
  const share = (read(Math.max(least, Math.min(most, value))) - read(least)) / (read(most) - read(least));
  return fixed(y + height * (1 - share));
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
