import { aims } from './aims.js';
import { answersAboutTime } from './harness/answers.js';
import { keep } from './harness/keep.js';
import { readOptions } from './harness/options.js';
import { judge, sentence } from './harness/verdict.js';

// Prints how long everything takes, and keeps it when all questions were asked.
const options = readOptions();
const findings = await answersAboutTime(options);
const verdicts = judge(aims, findings);
for (const verdict of verdicts) console.log(sentence(verdict));
if (options.only.length === 0) await keep('latest', 'How fast Holdfast is against its peers', findings, verdicts);
