import type { FaultServerOptions } from '../../fault-server/index.js';
import { type Form, latency, level, list, number, seconds, text, word, yesNo } from './form.js';
import type { ServeOptions } from './serve-options.js';

/** One thing that can be set for `fault-server serve`. */
export interface Setting {
  /** The option that it sets, of the server or of the command. */
  readonly option: keyof FaultServerOptions | keyof ServeOptions;
  /** Whose option it is. */
  readonly of: 'server' | 'command';
  /** Without the dashes; the variable follows from it: `max-concurrency` is `SERVER_MAX_CONCURRENCY`. */
  readonly flag: string;
  readonly form: Form;
  /** What holds when nothing is said, as it would be said; undefined for nothing. */
  readonly otherwise?: string;
  readonly about: string;
}

/** Everything that can be set, in the order in which help tells of it. */
export const settings: readonly Setting[] = [
  server('host', text('address'), '127.0.0.1', 'where to listen; 0.0.0.0 lets others in'),
  server('port', number(), '8080', 'the port to listen on, 0 for any free one'),
  server(
    'controlPort',
    number(),
    undefined,
    'a second port, only to steer and watch: faults on connections never strike there',
  ),
  server('tls', yesNo, 'false', 'speak TLS, by a certificate of its own making (needs selfsigned)'),
  server('maxConcurrency', number('requests'), '50', 'requests that are let in at once; others wait'),
  server('requestTimeout', seconds, '30', 'how long a request may take, waits included; 0 for any time'),
  server('workers', number('requests'), 'unlimited', 'requests that are worked on at once'),
  server('serviceTime', latency, '0', 'how long a worker is busy with one request'),
  server('queueLimit', number('requests'), '1000', 'requests that wait for a slot or a worker; others get 503'),
  server('cacheMaxSize', number('answers'), '1000', 'answers of /msg that are remembered'),
  { ...server('cacheTtl', seconds, '300', 'how long such an answer is remembered'), flag: 'cache-ttl-seconds' },
  server('bodyLimit', number('bytes'), String(2 ** 20), 'the largest body of a request'),
  server('journalLimit', number('requests'), '1000', 'requests that the journal remembers'),
  server(
    'journalHeaders',
    list('names', 'allWithSecrets'),
    undefined,
    'header fields that the journal keeps besides the usual ones',
  ),
  server('journalBodies', number('characters'), '0', 'what the journal keeps of each body'),
  server('seed', number(), '1', 'fixes the chance by which rates and ranges are drawn'),
  server('logLevel', level, 'INFO', 'DEBUG, INFO, WARNING, ERROR or SILENT'),
  server('logFormat', word('form'), 'json', 'json or console'),
  command('shutdownTimeout', seconds, '10', 'how long requests in progress may take to end after a first SIGTERM'),
  command('faults', text('file'), undefined, 'a JSON file like the body of PUT /faults, put in force at the start'),
  command(
    'reload',
    yesNo,
    'false',
    'for development: start anew when the code changes, read --faults again when it does',
  ),
];

/** The flag as it is written. */
export function flagOf({ flag }: Setting): string {
  return `--${flag}`;
}

/** The variable that says the same as the flag. */
export function variableOf({ flag }: Setting): string {
  return `SERVER_${flag.replaceAll('-', '_').toUpperCase()}`;
}

function server(option: keyof FaultServerOptions, form: Form, otherwise: string | undefined, about: string): Setting {
  return { option, of: 'server', flag: kebab(option), form, about, ...(otherwise !== undefined && { otherwise }) };
}

function command(option: keyof ServeOptions, form: Form, otherwise: string | undefined, about: string): Setting {
  return { option, of: 'command', flag: kebab(option), form, about, ...(otherwise !== undefined && { otherwise }) };
}

function kebab(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
