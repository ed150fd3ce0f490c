import { InvalidOptionsError } from '../core/index.js';

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
