import { parseArgs } from 'node:util';
import type { FaultServerOptions } from './fault-server-options.js';

/** What the command line understands; variables say the same: `SERVER_QUEUE_LIMIT` is `--queue-limit`. */
const flags = {
  host: { type: 'string' },
  port: { type: 'string' },
  workers: { type: 'string' },
  'service-time': { type: 'string' },
  'queue-limit': { type: 'string' },
  seed: { type: 'string' },
  'journal-limit': { type: 'string' },
} as const;

/** Reads the options of a fault server from the command line and, where that says nothing, from the environment. */
export function optionsFrom(args: readonly string[], env: NodeJS.ProcessEnv): FaultServerOptions {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  const options: Record<string, unknown> = {};
  for (const flag of Object.keys(flags) as (keyof typeof flags)[]) {
    const given = values[flag] ?? env[variableOf(flag)];
    if (given !== undefined)
      options[optionOf(flag)] = /^\d+$/.test(given) && flag !== 'service-time' ? Number(given) : given;
  }
  return options; // checked, as all options are, where the server starts
}

function variableOf(flag: string): string {
  return `SERVER_${flag.replaceAll('-', '_').toUpperCase()}`;
}

function optionOf(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
