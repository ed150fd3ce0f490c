import type { Configuration, SettingInForce } from './configuration.js';
import { flagOf, variableOf } from './settings.js';

/** Shows what is in force, for people: a line for each setting, with its unit and where it comes from. */
export function configText({ inForce }: Configuration): string {
  const rows = inForce.map((entry) => [variableOf(entry.setting), shown(entry), sourceOf(entry)] as const);
  const table = [['SETTING', 'VALUE', 'FROM'] as const, ...rows];
  const width = (column: 0 | 1) => Math.max(...table.map((row) => row[column].length)) + 2;
  const [first, second] = [width(0), width(1)];
  return table.map(([name, value, from]) => `${name.padEnd(first)}${value.padEnd(second)}${from}\n`).join('');
}

/** The same for programs: an object in JSON, by option. */
export function configJson({ inForce }: Configuration): string {
  const entries = inForce.map(({ setting, value, from }) => [
    setting.option,
    {
      value: value === undefined ? null : setting.form.value(value),
      unit: setting.form.unit ?? null,
      from,
      flag: flagOf(setting),
      variable: variableOf(setting),
    },
  ]);
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
}

function shown({ setting, value }: SettingInForce): string {
  if (value === undefined) return '-';
  const { form } = setting;
  const figure = form.value(value);
  if (typeof figure === 'object') return JSON.stringify(figure);
  return typeof figure === 'number' && form.unit ? `${figure} ${form.unit}` : String(figure);
}

function sourceOf({ setting, from }: SettingInForce): string {
  if (from === 'default') return from;
  return from === 'flag' ? flagOf(setting) : 'variable';
}
