import { inspect } from 'node:util';
import { nameError, ResilienceError } from './errors.js';

/** What is wrong with an option, in parts that a tool can read. */
export interface OptionFault {
  /** Who was given it: a decorator such as `'@Retry'`, or a function of the API. */
  readonly decorator: string;
  /** The option's name; undefined when the whole use is wrong. */
  readonly option?: string | undefined;
  /** What holds for it, as the end of a sentence: `'must be …'`. */
  readonly rule: string;
  /** What was given; left out when the rule says it all. */
  readonly value?: unknown;
  /** The method or class concerned, once it is known. */
  readonly site?: string | undefined;
}

/** An option, a name or a use of a decorator is wrong; nothing was half-done. */
export class InvalidOptionsError extends ResilienceError {
  static override readonly family: string = 'InvalidOptionsError';
  readonly code = 'HOLDFAST_INVALID_OPTIONS';
  readonly decorator: string;
  readonly option: string | undefined;
  readonly rule: string;
  readonly value: unknown;

  /** Points the stack at the user's line: frames from `below` upwards are left out. */
  constructor(fault: OptionFault, below?: (...args: never) => unknown) {
    super(sentence(fault), { site: fault.site ?? '', policy: fault.decorator });
    this.decorator = fault.decorator;
    this.option = fault.option;
    this.rule = fault.rule;
    this.value = fault.value;
    if (below) Error.captureStackTrace(this, below);
  }

  static {
    nameError(InvalidOptionsError);
  }
}

function sentence(fault: OptionFault): string {
  const where = fault.site ? `${fault.site}: ${fault.decorator}` : fault.decorator;
  const what = fault.option === undefined ? where : `${where}: ${fault.option}`;
  return 'value' in fault ? `${what} ${fault.rule}, but got ${show(fault.value)}` : `${what} ${fault.rule}`;
}

/** Shows a value in one short line, as error messages do. */
export function show(value: unknown): string {
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 80 });
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
