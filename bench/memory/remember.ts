import { type MemoryEffort, memoryQuestions } from './index.js';

// The program of the process that answers one question about memory, as `harness/ask.ts` does for those about time.
const { id, effort } = JSON.parse(process.argv[2] ?? '{}') as { id?: string; effort: MemoryEffort };
const question = memoryQuestions.find((each) => each.id === id);
if (!question) throw new Error(`no question about memory is called ${id}`);

process.send?.(await question.measure(effort), () => process.exit());
