/** What a test runner gives: those of vitest, jest and node:test fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  /** Is also told how many milliseconds a test may take: more than runners allow by themselves, as what is on trial may be far away. */
  readonly it: (name: string, body: () => Promise<void>, timeout: number) => unknown;
}
