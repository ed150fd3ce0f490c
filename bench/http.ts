import { aims } from './aims.js';
import { answersOverHttp } from './harness/answers.js';
import { keep } from './harness/keep.js';
import { readOptions } from './harness/options.js';
import { judge, sentence } from './harness/verdict.js';

// Prints what requests cost over real HTTP, and keeps it when all questions were asked.
const options = readOptions();
const findings = await answersOverHttp(options);
const verdicts = judge(aims, findings);
for (const verdict of verdicts) console.log(sentence(verdict));
if (options.only.length === 0) await keep('http', 'What Holdfast costs over HTTP', findings, verdicts);
