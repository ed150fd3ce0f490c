import { parseArgs } from 'node:util';

/** What may be said on the command line of every program of the bench. */
export interface Options {
  /** Ids of the questions to ask; all of them when empty. */
  readonly only: readonly string[];
  /** Processes per question about time. */
  readonly runs: number;
  /** Calls of the run whose heap must stay flat. */
  readonly calls: number;
}

/** Reads `--only=retry,circuit`, `--runs=5` and `--calls=10000000`. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      runs: { type: 'string', default: '3' },
      calls: { type: 'string', default: '10000000' },
      decorators: { type: 'string', default: 'standard' }, // read by run.mjs
    },
  });
  return {
    only: values.only.split(',').filter((id) => id !== ''),
    runs: count('--runs', values.runs),
    calls: count('--calls', values.calls),
  };
}

/** Keeps what `--only` names, and complains about a name that is none. */
export function selected<T extends { readonly id: string }>(all: readonly T[], { only }: Options): readonly T[] {
  if (only.length === 0) return all;
  const unknown = only.filter((id) => all.every((each) => each.id !== id));
  if (unknown.length > 0) {
    throw new RangeError(
      `--only: no question is called ${unknown.join(', ')}; there are ${all.map(({ id }) => id).join(', ')}`,
    );
  }
  return all.filter(({ id }) => only.includes(id));
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name} must be a whole number above 0, got ${text}`);
  return value;
}
