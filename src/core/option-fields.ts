import * as v from 'valibot';
import { InvalidOptionsError, type OptionFault } from './invalid-options.js';

/** What is wrong with one field of an option. */
export type FieldFault = Pick<OptionFault, 'option' | 'rule' | 'value'>;

/** An option that may be an object with fields of its own: first its form is checked, then these; an error names the field, as in `budget.ratio`. */
export function withFields<T>(
  form: v.GenericSchema<T, T>,
  faultIn: (value: T) => FieldFault | undefined,
): v.GenericSchema<T, T> {
  return v.pipe(
    form,
    v.rawCheck(({ dataset, addIssue }) => {
      const fault = dataset.typed ? faultIn(dataset.value) : undefined;
      if (fault === undefined) return;
      const { option: key = '', rule: message } = fault;
      const value = fault.value ?? (dataset.value as Readonly<Record<string, unknown>>)[key];
      addIssue({ message, path: [{ type: 'object', origin: 'value', input: Object(dataset.value), key, value }] });
    }),
  );
}

/** What a check of options says is wrong, if it does. */
export function faultOf(check: () => unknown): FieldFault | undefined {
  try {
    check();
    return undefined;
  } catch (fault) {
    if (fault instanceof InvalidOptionsError) return fault;
    throw fault;
  }
}
