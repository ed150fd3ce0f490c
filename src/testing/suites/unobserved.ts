import process from 'node:process';
import { settle } from '../manual-clock.js';

const kinds = ['unhandledRejection', 'uncaughtException'] as const;

/** Gives the errors that nobody observed while something was done; for the runner they would be failures of something else. */
export async function unobservedDuring(act: () => Promise<void>): Promise<readonly unknown[]> {
  const unobserved: unknown[] = [];
  const note = (error: unknown) => unobserved.push(error);
  const others = kinds.map((kind) => process.rawListeners(kind as 'uncaughtException'));
  for (const kind of kinds) process.removeAllListeners(kind).on(kind, note);
  try {
    await act();
    await settle();
  } finally {
    for (const [index, kind] of kinds.entries()) {
      process.off(kind, note);
      for (const other of others[index] ?? []) process.on(kind as 'uncaughtException', other as () => void);
    }
  }
  return unobserved;
}
