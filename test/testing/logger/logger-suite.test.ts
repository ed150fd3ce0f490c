import { Writable } from 'node:stream';
import type { Listener } from 'holdfast';
import { type LoggedLine, type LoggerClaims, type LoggerOnTrial, loggerSuite } from 'holdfast/testing';
import { type LogEntry, type Logger, winstonLogs } from 'holdfast/winston';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { expectFailures, type Tests, testsOf } from '../tests-of.js';

/** Whatever keeps lines in memory, and can be made to fail. */
class Sink {
  readonly lines: LoggedLine[] = [];
  broken = false;

  fail(): void {
    this.broken = true;
  }

  write(line: LoggedLine): void {
    if (this.broken) throw new Error('no space left on device');
    this.lines.push(line);
  }
}

/** Winston, with one transport for each of these levels; what they have in common is written once. */
function byWinston(format?: winston.Logform.Format, ...levels: readonly string[]): LoggerOnTrial {
  const sink = new Sink();
  const parsed = (text: string) => (format ? fromText(text) : JSON.parse(text)) as LoggedLine;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      if (sink.broken) return done(new Error('no space left on device'));
      sink.write(parsed(String(chunk)));
      done();
    },
  });
  stream.on('error', () => undefined); // else what a transport cannot write would end the process
  const plain = new winston.transports.Stream({ stream });
  const others = levels.map(
    (level) =>
      new winston.transports.Stream({ level, stream: new Writable({ write: (_chunk, _encoding, done) => done() }) }),
  );
  const logger = winston.createLogger({ level: 'debug', transports: [plain, ...others], ...(format && { format }) });
  logger.on('error', () => undefined); // and so would a transport that fails
  return {
    listener: winstonLogs(logger),
    lines: () => sink.lines,
    level: (level) => {
      logger.level = level;
    },
    break: () => sink.fail(),
    dispose: () => void logger.close(),
  };
}

/** Lines for people, as many have them: one line of text, its parts quoted. */
const forPeople = winston.format.printf(({ level, message, site, error }) =>
  [level, JSON.stringify(message), JSON.stringify(site ?? ''), JSON.stringify(error ?? '')].join('\t'),
);

function fromText(text: string): LoggedLine {
  const [level = '', message = '""', site = '""', error = '""'] = text.trimEnd().split('\t');
  return { level, message: JSON.parse(message), site: JSON.parse(site), error: JSON.parse(error) };
}

const severities = ['warn', 'info', 'debug'];

/** A logger that was written by hand, of the shape that winstonLogs takes. */
class HandWritten implements Logger {
  level = 'debug';
  readonly sink: Sink;

  constructor(sink: Sink) {
    this.sink = sink;
  }

  isLevelEnabled(level: string): boolean {
    return severities.indexOf(level) <= severities.indexOf(this.level);
  }

  log(entry: LogEntry): void {
    if (this.isLevelEnabled(entry.level)) this.sink.write(entry);
  }
}

type LoggerClass = new (sink: Sink) => HandWritten;

function byHand(Kind: LoggerClass = HandWritten): LoggerOnTrial {
  const sink = new Sink();
  const logger = new Kind(sink);
  return {
    listener: winstonLogs(logger),
    lines: () => sink.lines,
    level: (level) => {
      logger.level = level;
    },
    break: () => sink.fail(),
  };
}

/** One of another shape, as pino has it: numbers for levels, facts first; and an adapter. */
function byAdapter(): LoggerOnTrial {
  const sink = new Sink();
  const numbers = { warn: 40, info: 30, debug: 20 };
  const other = {
    least: 20,
    write: (level: number, facts: object, message: string) => {
      if (level >= other.least) sink.write({ ...facts, level: names.get(level) ?? '', message });
    },
  };
  const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
  const numberOf = (level: string) => numbers[level as keyof typeof numbers];
  const adapter: Logger = {
    get level() {
      return names.get(other.least) ?? '';
    },
    isLevelEnabled: (level) => numberOf(level) >= other.least,
    log: ({ level, message, ...facts }) => other.write(numberOf(level), facts, message),
  };
  return {
    listener: winstonLogs(adapter),
    lines: () => sink.lines,
    level: (level) => {
      other.least = numberOf(level);
    },
    break: () => sink.fail(),
  };
}

/** A listener of one's own, which writes whatever it hears. */
function listening(
  tell: (sink: Sink, name: string, event: { readonly site: string; readonly error?: unknown }) => void,
) {
  return (): LoggerOnTrial => {
    const sink = new Sink();
    const listener: Listener = {
      attach: ({ events }) =>
        events.on('*', (name, event) => {
          if (name in usual) tell(sink, name, event as never);
        }),
    };
    return { listener, lines: () => sink.lines };
  };
}

const usual: Readonly<Record<string, string>> = {
  'circuit.moved': 'warn',
  'fallback.applied': 'info',
  'retry.scheduled': 'debug',
};

const each = 'writes a line for each thing that is told, at its level';
const facts = 'keeps facts beside the message, as what they are';
const error = 'says of an error what it is: its name, code and message';
const order = 'keeps the order in which things are told';
const characters = 'writes one line for one thing, whatever characters are in it';
const whatever = 'has a line for whatever is thrown';
const huge = 'writes no more of a huge error than can be read';
const secrets = 'keeps secrets to itself';
const level = 'writes nothing below its level, also when that changes';
const harmless = 'breaks no call';
const broken = 'breaks no call when it cannot write';
const stops = 'stops with its runtime, and goes on for others';

/** A logger written by hand whose lines are altered. */
function writes(alter: (entry: LogEntry, sink: Sink) => readonly LogEntry[]): () => LoggerOnTrial {
  return () =>
    byHand(
      class extends HandWritten {
        override log(entry: LogEntry): void {
          for (const line of alter(entry, this.sink)) super.log(line);
        }
      },
    );
}

const mutants: readonly (readonly [wrong: string, make: () => LoggerOnTrial, ...titles: string[]])[] = [
  ['writes every line at one level', writes((entry) => [{ ...entry, level: 'info' }]), each, characters],
  ['writes lines twice', writes((entry) => [entry, entry]), each, order, characters],
  ['drops what is unimportant', writes((entry) => (entry.level === 'debug' ? [] : [entry])), each, order],
  ['keeps messages alone', writes(({ level, message }) => [{ level, message }]), facts, error],
  ['makes texts of facts', writes((entry) => [{ ...entry, attempt: String(entry.attempt) }]), facts],
  [
    'keeps errors as JSON does',
    writes(({ error: failure, ...entry }) => [{ ...entry, ...(failure !== undefined && { error: '{}' }) }]),
    error,
    characters,
  ],
  [
    'sorts lines by what they say',
    () => {
      const set = byHand();
      const place = ({ site }: LoggedLine) => String(site);
      return { ...set, lines: async () => [...(await set.lines())].sort((a, b) => (place(a) < place(b) ? -1 : 1)) };
    },
    order,
  ],
  [
    'ends a line wherever a text does',
    writes((entry) => {
      const { message = '' } = (entry.error ?? {}) as { message?: string };
      return message.split('\n').map((part) => ({ ...entry, error: { ...(entry.error as object), message: part } }));
    }),
    characters,
  ],
  [
    'fills in what looks like a blank',
    writes((entry) => {
      const { message = '' } = (entry.error ?? {}) as { message?: string };
      return [{ ...entry, error: { ...(entry.error as object), message: message.replace('%s', entry.level) } }];
    }),
    characters,
  ],
  [
    'writes errors as JSON, with all that they carry',
    listening((sink, name, { site, error: thrown }) => {
      const { message, ...rest } = (thrown ?? {}) as Error;
      sink.write({ level: usual[name] ?? '', message: `${name} ${site} ${JSON.stringify({ message, ...rest })}` });
    }),
    whatever,
    huge,
    secrets,
  ],
  [
    'writes only what errors are',
    listening((sink, name, { site, error: thrown }) => {
      if (thrown === undefined || thrown instanceof Error) sink.write({ level: usual[name] ?? '', message: site });
    }),
    whatever,
    error,
  ],
  [
    'looks at the level at first alone',
    () =>
      byHand(
        class extends HandWritten {
          readonly #first = this.level;

          override isLevelEnabled(asked: string): boolean {
            return severities.indexOf(asked) <= severities.indexOf(this.#first);
          }
        },
      ),
    level,
  ],
  [
    'stays at the level that it was changed to',
    () => {
      const set = byHand();
      let changed = false;
      return {
        ...set,
        level: async (to) => {
          if (!changed) await set.level?.(to);
          changed = true;
        },
      };
    },
    level,
  ],
  [
    'fails where nobody observes it',
    () =>
      byHand(
        class extends HandWritten {
          override log(entry: LogEntry): void {
            super.log(entry);
            if ('attempt' in entry) Promise.reject(new Error('thrown on purpose by a logger'));
          }
        },
      ),
    harmless,
  ],
  [
    'fails later where nobody observes it',
    () => {
      const set = byHand(
        class extends HandWritten {
          override log(entry: LogEntry): void {
            if (this.sink.broken && 'attempt' in entry) queueMicrotask(() => super.log(entry));
            else super.log(entry);
          }
        },
      );
      return set;
    },
    broken,
  ],
  [
    'never stops',
    () => {
      const { listener, ...set } = byHand();
      return {
        ...set,
        listener: {
          attach: (runtime) => {
            listener.attach(runtime);
            return undefined;
          },
        },
      };
    },
    stops,
  ],
  [
    'watches one runtime alone',
    () => {
      const { listener, ...set } = byHand();
      let stop: (() => void) | undefined;
      return {
        ...set,
        listener: {
          attach: (runtime) => {
            stop?.();
            stop = listener.attach(runtime);
            return stop;
          },
        },
      };
    },
    stops,
  ],
];

function tests(make: () => LoggerOnTrial, claims?: LoggerClaims): Tests {
  return testsOf((runner) => loggerSuite(runner, make, claims));
}

describe('loggerSuite()', () => {
  describe('finds nothing wrong with winston, writing JSON', () => {
    loggerSuite({ describe, it }, () => byWinston());
  });
  describe('finds nothing wrong with winston and several transports', () => {
    loggerSuite({ describe, it }, () => byWinston(undefined, 'warn', 'error'));
  });
  describe('finds nothing wrong with winston, writing for people', () => {
    loggerSuite({ describe, it }, () => byWinston(forPeople), { facts: false });
  });
  describe('finds nothing wrong with a logger written by hand', () => {
    loggerSuite({ describe, it }, () => byHand());
  });
  describe('finds nothing wrong with a logger of another shape behind an adapter', () => {
    loggerSuite({ describe, it }, byAdapter);
  });

  it.each(mutants.map(([wrong, make, ...titles]) => [wrong, make, titles] as const))(
    'finds a logger that %s',
    async (_, make, titles) => {
      await expectFailures(tests(make), titles);
    },
    60_000,
  );

  it('has no test that no broken logger fails', () => {
    const failed = new Set(mutants.flatMap(([, , ...titles]) => titles));

    expect([...tests(byHand).keys()].filter((title) => !failed.has(title))).toEqual([]);
  });

  it('tells what make() must give for what is claimed', async () => {
    const poor = tests(() => {
      const { listener, lines } = byHand();
      return { listener, lines };
    });

    await expect(poor.get(level)?.()).rejects.toThrow('make() must give level(); claim { levels: false }');
    await expect(poor.get(broken)?.()).rejects.toThrow('make() must give break(); claim { breaks: false }');
    expect([...tests(byHand, { facts: false, levels: false, breaks: false }).keys()]).not.toEqual(
      expect.arrayContaining([level]),
    );
  });

  it('refuses claims that it does not know', () => {
    expect(() => tests(byHand, { colors: true } as object)).toThrow('loggerSuite(): colors is no option');
    expect(() => tests(byHand, { facts: 'no' } as object)).toThrow('loggerSuite(): facts must be true or false');
  });
});
