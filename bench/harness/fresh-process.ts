import { fork } from 'node:child_process';

/**
 * Runs a module of the bench in a process of its own and returns what it sends.
 * What the compiler learnt from one question, and what it left on the heap, is then no part of the next.
 */
export function inFreshProcess<T>(module: URL, argument: unknown, flags: readonly string[] = []): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(module, [JSON.stringify(argument)], {
      execArgv: ['--expose-gc', '--enable-source-maps', ...flags],
    });
    child.on('message', (message) => resolve(message as T));
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`${module.pathname.split('/').at(-1)} ended with ${code} and no answer`)),
    );
  });
}
