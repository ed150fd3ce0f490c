import { type HttpEfforts, httpQuestions } from './index.js';

// The program of the process that sends the requests: what to ask comes as an argument, the findings go back as a message.
const { id, efforts } = JSON.parse(process.argv[2] ?? '{}') as { id?: string; efforts: HttpEfforts };
const question = httpQuestions.find((each) => each.id === id);
if (!question) throw new Error(`no question over HTTP is called ${id}`);

const findings = await question.ask(efforts);
process.send?.(findings, () => process.exit());
