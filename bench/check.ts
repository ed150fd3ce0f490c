import { aims } from './aims.js';
import { answersAboutMemory, answersAboutTime, answersOverHttp } from './harness/answers.js';
import { readOptions } from './harness/options.js';
import { judge, sentence } from './harness/verdict.js';

// Measures everything that has an aim, lists how it went, and fails when one aim is missed.
const options = { ...readOptions(), only: [] };
const findings = [
  ...(await answersAboutTime(options)),
  ...(await answersAboutMemory(options)),
  ...(await answersOverHttp(options)),
];
const verdicts = judge(aims, findings);
for (const verdict of verdicts) console.log(sentence(verdict));

const unknown = aims.filter((aim) => verdicts.every((verdict) => verdict.aim !== aim));
const missed = verdicts.filter(({ met }) => !met);
for (const { finding } of unknown) console.log(`${finding}: an aim that nothing measures`);
console.log(`${verdicts.length - missed.length} aims met, ${missed.length} missed`);
process.exitCode = missed.length + unknown.length > 0 ? 1 : 0;
