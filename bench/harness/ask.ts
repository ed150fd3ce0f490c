import { questions } from '../cases/index.js';
import { type Effort, interleave } from './interleave.js';
import { prove } from './prove.js';

// The program of the process that answers one question: what to ask comes as an argument, the finding goes back as a message.
const { id, effort } = JSON.parse(process.argv[2] ?? '{}') as { id?: string; effort: Effort };
const question = questions.find((each) => each.id === id);
if (!question) throw new Error(`no question is called ${id}`);

await prove(question);
const finding = await interleave(question, effort);
process.send?.(finding, () => process.exit());
