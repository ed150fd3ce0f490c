import type { Finding, Row } from './finding.js';
import type { Machine } from './machine.js';
import { sentence, short, type Verdict } from './verdict.js';

/** A finding for the terminal. */
export function asText({ asks, unit, rows }: Finding): string {
  const width = Math.max(...rows.map(({ subject }) => subject.length));
  const lines = rows.map((row) => {
    const value = `${short(row.value)} ${unit}`.padStart(13);
    const times = row.timesBare === undefined ? '' : `${short(row.timesBare)}×`.padStart(9);
    return `  ${row.subject.padEnd(width)}${value}${times}  ${span(row)}`.trimEnd();
  });
  return [asks, ...lines, ''].join('\n');
}

/** All of it for the page that is kept: the machine, what was promised, and every row. */
export function asMarkdown(
  title: string,
  machine: Machine,
  findings: readonly Finding[],
  verdicts: readonly Verdict[],
): string {
  const { cpu, cores, memory, platform, node, v8, date } = machine;
  const aims = verdicts.map((verdict) => `- ${sentence(verdict)}`);
  return [
    `# ${title}`,
    '',
    `${date} · ${cpu}, ${cores} cores, ${memory}, ${platform} · Node ${node} (V8 ${v8})`,
    '',
    'Absolute figures belong to this machine; the ratios are what counts. `bench/README.md` says how to read them.',
    ...(aims.length > 0 ? ['', '## Aims', '', ...aims] : []),
    ...findings.flatMap((finding) => ['', ...section(finding)]),
    '',
  ].join('\n');
}

function section({ asks, unit, rows }: Finding): string[] {
  const compared = rows.some(({ timesBare }) => timesBare !== undefined);
  const head = compared ? `| | ${unit} | × bare | runs |` : `| | ${unit} | runs |`;
  const rule = compared ? '|---|---:|---:|---:|' : '|---|---:|---:|';
  return [`## ${asks}`, '', head, rule, ...rows.map((row) => line(row, compared))];
}

function line(row: Row, compared: boolean): string {
  const name = row.role === 'ours' ? `**${row.subject}**` : row.subject;
  const times = compared ? ` ${short(row.timesBare ?? Number.NaN)} |` : '';
  return `| ${name} | ${short(row.value)} |${times} ${span(row)} |`;
}

/** The least and the most that single runs gave. */
function span({ low, high }: Row): string {
  return low === high ? '' : `${short(low)}–${short(high)}`;
}
