import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Finding, type Row, rowOf } from '../harness/finding.js';

const run = promisify(execFile);

const doors: readonly (readonly [name: string, role: Row['role'], module: string])[] = [
  ['bare', 'bare', 'data:text/javascript,'],
  ['p-retry', 'peer', 'p-retry'],
  ['opossum', 'peer', 'opossum'],
  ['mollitia', 'peer', 'mollitia'],
  ['cockatiel', 'peer', 'cockatiel'],
  ['holdfast', 'ours', 'holdfast'],
];

/** Milliseconds from the `import` of the main door to the first line after it, each time in a fresh process. */
export async function howLongTheImportTakes(rounds: number): Promise<Finding> {
  const taken = doors.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, , module]] of doors.entries()) {
      const milliseconds = await importOnce(module);
      if (round > 0) taken[index]?.push(milliseconds); // the first round warms the disk's cache
    }
  }
  const rows = doors.map(([subject, role], index) => rowOf(subject, role, taken[index] ?? []));
  return { id: 'import', asks: 'How long does the import take?', unit: 'ms', rows };
}

async function importOnce(module: string): Promise<number> {
  const source = `const started = performance.now(); await import('${module}'); console.log(performance.now() - started);`;
  const bench = fileURLToPath(new URL('../../..', import.meta.url));
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source], { cwd: bench });
  return Number(stdout);
}
