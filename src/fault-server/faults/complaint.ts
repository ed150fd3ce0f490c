import { InvalidOptionsError } from '../../core/index.js';

/** Does something with a part of what was given; a complaint about the part names its place in the whole. */
export function within<T>(place: string, decorator: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof InvalidOptionsError ? placed(error, place, decorator) : error;
  }
}

function placed({ option, rule, value }: InvalidOptionsError, place: string, decorator: string): InvalidOptionsError {
  const field = option === undefined || option.startsWith('[') ? `${place}${option ?? ''}` : `${place}.${option}`;
  const shown = value === undefined ? undefined : { value };
  return new InvalidOptionsError({ decorator, option: field, rule, ...shown });
}
