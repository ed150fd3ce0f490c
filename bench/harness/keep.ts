import { mkdir, writeFile } from 'node:fs/promises';
import type { Finding } from './finding.js';
import { describeMachine } from './machine.js';
import { asMarkdown } from './report.js';
import type { Verdict } from './verdict.js';

/** Writes `results/<name>.md` for people and `results/<name>.json` for programs. */
export async function keep(
  name: string,
  title: string,
  findings: readonly Finding[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const machine = describeMachine();
  const results = new URL('../../../results/', import.meta.url);
  await mkdir(results, { recursive: true });
  await writeFile(new URL(`${name}.md`, results), asMarkdown(title, machine, findings, verdicts));
  await writeFile(
    new URL(`${name}.json`, results),
    `${JSON.stringify({ machine, verdicts, findings }, undefined, 2)}\n`,
  );
}
