import type { TestRunner } from 'holdfast/testing';
import { expect } from 'vitest';

/** Tests by their titles. */
export type Tests = ReadonlyMap<string, () => Promise<void>>;

/** The tests of a suite, as a runner would be given them. */
export function testsOf(suite: (runner: TestRunner) => void): Tests {
  const tests = new Map<string, () => Promise<void>>();
  suite({
    describe: (_, body) => body(),
    it: (title, body) => {
      expect(tests.has(title), `two tests are named '${title}'`).toBe(false);
      tests.set(title, body);
    },
  });
  return tests;
}

/** Expects each of these tests to fail. */
export async function expectFailures(tests: Tests, titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    expect([...tests.keys()]).toContain(title);
    await expect(tests.get(title)?.(), title).rejects.toThrow();
  }
}
