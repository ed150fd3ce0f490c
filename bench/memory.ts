import { aims } from './aims.js';
import { answersAboutMemory } from './harness/answers.js';
import { keep } from './harness/keep.js';
import { readOptions } from './harness/options.js';
import { judge, sentence } from './harness/verdict.js';

// Prints what everything occupies and how long the import takes, and keeps it when all questions were asked.
const options = readOptions();
const findings = await answersAboutMemory(options);
const verdicts = judge(aims, findings);
for (const verdict of verdicts) console.log(sentence(verdict));
if (options.only.length === 0) await keep('memory', 'What Holdfast occupies', findings, verdicts);
