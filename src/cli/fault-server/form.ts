import { durationRule, parseDuration } from '../../core/index.js';

/** How a setting is written on the command line and in variables, and shown to people. */
export interface Form {
  /** What stands for the value in help; in square brackets where it may be left out. */
  readonly placeholder: string;
  /** In what the value is counted; none for words. */
  readonly unit?: string;
  /** Reads a text as the option takes it; a text that makes no sense stays as it is, for the option to refuse. */
  read(text: string): unknown;
  /** The value as programs read it, in the unit of the form. */
  value(read: unknown): unknown;
  /** The rule of an option, in the words of the command line. */
  rule(rule: string): string;
}

const same = { value: (read: unknown) => read, rule: (rule: string) => rule };

/** A number of something. */
export function number(unit?: string): Form {
  return {
    ...same,
    ...(unit && { unit }),
    placeholder: '<number>',
    read: (text) => {
      if (/^(?:infinity|unlimited)$/i.test(text)) return Number.POSITIVE_INFINITY;
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    },
    value: (read) => (read === Number.POSITIVE_INFINITY ? 'unlimited' : read),
  };
}

/** A length of time: a bare number counts seconds. */
export const seconds: Form = {
  placeholder: '<seconds>',
  unit: 'seconds',
  read: (text) => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : text),
  value: (read) => (parseDuration(read) ?? 0) / 1000,
  rule: (rule) => rule.replace(durationRule, durationRule.replace('milliseconds', 'seconds')),
};

/** How long something takes: a length of time, or a distribution in JSON, as in the body of `PUT /faults`. */
export const latency: Form = {
  placeholder: '<seconds|json>',
  unit: 'seconds',
  read: (text) => (text.trimStart().startsWith('{') ? jsonOr(text) : seconds.read(text)),
  value: (read) => (typeof read === 'object' ? read : seconds.value(read)),
  rule: (rule) => rule,
};

/** Any text. */
export function text(placeholder: string): Form {
  return { ...same, placeholder: `<${placeholder}>`, read: (given) => given };
}

/** Texts between commas, or one word that stands for all. */
export function list(placeholder: string, all: string): Form {
  const read = (given: string) => (given === all ? all : given.split(',').map((part) => part.trim()));
  return { ...same, placeholder: `<${placeholder}>`, read };
}

/** One of a few words, in capitals or not. */
export function word(placeholder: string): Form {
  return { ...same, placeholder: `<${placeholder}>`, read: (given) => given.toLowerCase() };
}

/** The level of a log, by the names that other servers use. */
export const level: Form = {
  placeholder: '<level>',
  read: (given) => (/^warning$/i.test(given) ? 'warn' : given.toLowerCase()),
  value: (read) => (read === 'warn' ? 'WARNING' : String(read).toUpperCase()),
  rule: () => 'must be one of DEBUG, INFO, WARNING, ERROR, SILENT',
};

/** Yes or no: a flag says yes by being there. */
export const yesNo: Form = {
  ...same,
  placeholder: '[true|false]',
  rule: () => 'must be true or false',
  read: (given) => truths.get(given.toLowerCase()) ?? given,
};

const truths = new Map([
  ...['true', '1', 'yes', 'on'].map((yes) => [yes, true] as const),
  ...['false', '0', 'no', 'off'].map((no) => [no, false] as const),
]);

function jsonOr(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return given; // the option's own rule says what would be right
  }
}
