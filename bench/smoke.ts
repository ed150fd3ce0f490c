import { questions } from './cases/index.js';
import type { Finding } from './harness/finding.js';
import { inFreshProcess } from './harness/fresh-process.js';
import { interleave } from './harness/interleave.js';
import { prove } from './harness/prove.js';
import { httpQuestions } from './http/index.js';
import { memoryQuestions } from './memory/index.js';
import { howLongTheImportTakes } from './start/how-long-does-the-import-take.js';

// Runs everything for a moment, to show that all of it works; nothing is judged.
for (const question of questions) {
  await prove(question);
  tell(await interleave(question, { warmUp: 1, sample: 0.1, rounds: 1 }));
}
for (const { id, flags } of memoryQuestions) {
  const effort = { rounds: 1, inFlight: 100, keys: 100, values: 100, calls: 10_000 };
  const findings = await inFreshProcess<Finding[]>(
    new URL('memory/remember.js', import.meta.url),
    { id, effort },
    flags,
  );
  findings.forEach(tell);
}
tell(await howLongTheImportTakes(1));
for (const { ask } of httpQuestions) {
  const few = { warmUp: 50, sample: 50, rounds: 1 };
  for (const finding of await ask({ 'http-fifty': few, 'http-one': few, 'http-tail': { calls: 200, inFlight: 10 } }))
    tell(finding);
}
process.exit();

function tell({ id, rows }: Finding): void {
  console.log(`${id}: ${rows.map((row) => row.subject).join(', ')}`);
}
