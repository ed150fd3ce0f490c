import { InvalidOptionsError } from '../../core/index.js';
import type { ChosenOperation } from './chosen-operation.js';

/** The variables of one request, as they are sent: what becomes of the given objects afterwards makes no difference. */
export class GivenVariables {
  /** Undefined where there are none. */
  readonly json: string | undefined;
  #values: Readonly<Record<string, unknown>> | undefined;

  constructor(json: string | undefined) {
    this.json = json;
  }

  /** Their values by their names, as the server reads them. */
  get values(): Readonly<Record<string, unknown>> {
    this.#values ??= this.json === undefined ? {} : (JSON.parse(this.json) as Record<string, unknown>);
    return this.#values;
  }
}

const rule = 'must be an object of values by the names of the variables';

/** Checks the variables of an operation. Their values may be secret: no error shows one. */
export function checkVariables(given: unknown, { required, endpoint }: ChosenOperation): GivenVariables {
  if (given !== undefined && !isRecord(given)) throw wrong('variables', rule, endpoint);
  const missing = required.find((name) => given?.[name] === undefined || given[name] === null);
  if (missing !== undefined) {
    throw wrong(`variables.${missing}`, `must be given: ${endpoint} declares it as one that is never null`, endpoint);
  }
  const json = given === undefined ? '{}' : textOf(given, endpoint);
  if (!json.startsWith('{')) throw wrong('variables', rule, endpoint);
  return new GivenVariables(json === '{}' ? undefined : json);
}

/** Lists have no names, and of what is in a Map or in Headers, JSON would hold nothing. */
function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !(Symbol.iterator in given);
}

function textOf(values: object, endpoint: string): string {
  try {
    return String(JSON.stringify(values));
  } catch (cause) {
    const [reason] = (cause as Error).message.split('\n', 1);
    throw wrong('variables', `must be something that JSON can hold: ${reason}`, endpoint);
  }
}

function wrong(option: string, rule: string, site: string): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'GraphQLClient', site, option, rule });
}
