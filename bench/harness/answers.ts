import { questions } from '../cases/index.js';
import { memoryQuestions } from '../memory/index.js';
import { howLongTheImportTakes } from '../start/how-long-does-the-import-take.js';
import { type Finding, joinRuns } from './finding.js';
import { inFreshProcess } from './fresh-process.js';
import { type Options, selected } from './options.js';
import { asText } from './report.js';

const effort = { warmUp: 200, sample: 4, rounds: 30 };
const memoryEffort = { rounds: 11, inFlight: 10_000, keys: 100_000, values: 1_000_000 };
const importRounds = 15;

/** Asks the questions about time, each several times in fresh processes, and prints every answer when it is there. */
export async function answersAboutTime(options: Options): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id } of selected(questions, options)) {
    const runs: Finding[] = [];
    while (runs.length < options.runs) runs.push(await inFreshProcess(module('harness/ask.js'), { id, effort }));
    findings.push(told(joinRuns(runs)));
  }
  return findings;
}

/** Asks the questions about memory and about the start. */
export async function answersAboutMemory(options: Options): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, flags } of selected([...memoryQuestions, { id: 'import', flags: [] }], options)) {
    const answers =
      id === 'import'
        ? [await howLongTheImportTakes(importRounds)]
        : await inFreshProcess<Finding[]>(
            module('memory/remember.js'),
            { id, effort: { ...memoryEffort, calls: options.calls } },
            flags,
          );
    findings.push(...answers.map(told));
  }
  return findings;
}

function told(finding: Finding): Finding {
  console.log(asText(finding));
  return finding;
}

function module(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
