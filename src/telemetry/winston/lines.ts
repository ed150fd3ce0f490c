import { failureLines } from './failure-lines.js';
import { httpLines } from './http-lines.js';
import type { Line, LoggedEvent } from './line.js';
import { loadLines } from './load-lines.js';

/** How every kind of event reads. */
export const lines: { readonly [Name in LoggedEvent]: Line<Name> } = {
  ...failureLines,
  ...loadLines,
  ...httpLines,
  'runtime.defaulted': {
    usual: 'warn',
    tell: ({ site, className }) => [
      `${className} uses the default runtime although a container has another: resolve it from the container, or bind it`,
      { site, className },
    ],
  },
  'runtime.renamed': {
    usual: 'warn',
    tell: ({ site, taken }) => [`two methods are called ${taken}: the second one is known as ${site}`, { site, taken }],
  },
  'runtime.disposed': { usual: 'debug', tell: () => ['the runtime has been disposed', {}] },
};
