import { InvalidOptionsError, type OptionSet } from '../core/index.js';

/** The error for a wrong option of a client or of one of its requests; a value that may be secret is left out. */
export function wrongOption(
  client: string,
  option: string,
  rule: string,
  ...value: readonly [unknown?]
): InvalidOptionsError {
  const fault = { decorator: 'RestClient', site: client, option, rule };
  return new InvalidOptionsError(value.length > 0 ? { ...fault, value: value[0] } : fault);
}

/** Checks and completes an option that is an object of options itself; the error names the field, as in `pool.size`. */
export function checkedFields<Given extends object, Complete>(
  set: OptionSet<Given, Complete>,
  given: unknown,
  option: string,
  client: string,
): Complete {
  return within(option, client, () => set.complete(set.check(given), ''));
}

/** Runs a check of what an option holds, and has its error say where that is. */
export function within<T>(option: string, client: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    const path = error.option === undefined ? option : `${option}.${error.option}`;
    if (error.value === undefined) throw wrongOption(client, path, error.rule);
    throw wrongOption(client, path, error.rule, error.value);
  }
}
