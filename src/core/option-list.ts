import * as v from 'valibot';
import { type FieldFault, faultOf } from './option-fields.js';
import type { OptionSet } from './options.js';

/** A list of objects, each with options of its own; an error names the place, as in `limits[1].per`. */
export function listOf<Given extends object, Complete>(
  set: OptionSet<Given, Complete>,
  { min = 1, max }: { min?: number; max: number },
): v.GenericSchema<readonly Given[], readonly Complete[]> {
  const isList = (list: unknown) => Array.isArray(list) && list.length >= min && list.length <= max;
  return v.pipe(
    v.custom<readonly Given[]>(isList, `must be a list of ${min} to ${max} objects of options`),
    v.rawCheck(({ dataset, addIssue }) => {
      for (const [index, item] of dataset.typed ? dataset.value.entries() : []) {
        const fault = faultOf(() => set.complete(set.check(item), ''));
        if (fault) addIssue({ message: fault.rule, path: pathTo(dataset.value, index, item, fault) });
      }
    }),
    v.transform((list) => list.map((item) => set.complete(set.check(item), ''))),
  );
}

function pathTo(
  input: unknown,
  index: number,
  item: unknown,
  { option, value }: FieldFault,
): [v.IssuePathItem, ...v.IssuePathItem[]] {
  const step = { type: 'unknown', origin: 'value', input } as const;
  const entry = { ...step, key: index, value: item };
  if (option === undefined) return [entry];
  return [entry, { ...step, key: option, value: value ?? (item as Readonly<Record<string, unknown>>)[option] }];
}
