import { questions } from '../cases/index.js';
import { type HttpEfforts, httpQuestions } from '../http/index.js';
import { memoryQuestions } from '../memory/index.js';
import { howLongTheImportTakes } from '../start/how-long-does-the-import-take.js';
import { type Finding, joinRuns } from './finding.js';
import { inFreshProcess } from './fresh-process.js';
import { type Options, selected } from './options.js';
import { asText } from './report.js';

const effort = { warmUp: 200, sample: 4, rounds: 30 };
const memoryEffort = { rounds: 11, inFlight: 10_000, keys: 100_000, values: 1_000_000 };
const importRounds = 15;
const httpEfforts: HttpEfforts = {
  'http-fifty': { warmUp: 10_000, sample: 500, rounds: 30 },
  'http-one': { warmUp: 5_000, sample: 150, rounds: 30 },
  'http-tail': { calls: 10_000, inFlight: 10 },
};

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

/** Asks the questions over real HTTP, each several times in fresh processes. */
export async function answersOverHttp(options: Options): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id } of selected(httpQuestions, options)) {
    const runs: Finding[][] = [];
    while (runs.length < options.runs) {
      runs.push(await inFreshProcess(module('http/ask-over-http.js'), { id, efforts: httpEfforts }));
    }
    const joined = (runs[0] ?? []).map((_, index) => joinRuns(runs.flatMap((run) => run[index] ?? [])));
    findings.push(...joined.map(told));
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
