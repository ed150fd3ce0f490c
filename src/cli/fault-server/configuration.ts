import { InvalidOptionsError, show } from '../../core/index.js';
import { type FaultServerOptions, faultServerSettings } from '../../fault-server/index.js';
import { UsageError } from '../usage-error.js';
import type { World } from '../world.js';
import { type ServeOptions, serveOptions } from './serve-options.js';
import { flagOf, type Setting, settings, variableOf } from './settings.js';

/** What was given on the command line, by the name of the flag in camel case. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** One setting as it is in force. */
export interface SettingInForce {
  readonly setting: Setting;
  /** As the option takes it; undefined when it is not set. */
  readonly value: unknown;
  /** As it was given; the default as it could have been. */
  readonly text: string | undefined;
  /** The flag, the variable, or the default. */
  readonly from: 'flag' | 'variable' | 'default';
}

/** Everything that `serve` goes by. */
export interface Configuration {
  readonly inForce: readonly SettingInForce[];
  readonly server: FaultServerOptions;
  readonly command: ReturnType<typeof serveOptions.complete>;
}

/** Reads what is set: flags before variables before defaults. Throws a `UsageError` that tells all mistakes at once. */
export function configurationFrom(flags: Flags, env: World['env']): Configuration {
  const read = settings.map((setting) => ({ setting, ...givenFor(setting, flags, env) }));
  const mistakes = read.flatMap(({ setting, text, from, value }) => mistakeIn(setting, value, from, text));
  if (mistakes.length > 0) throw new UsageError(mistakes);
  const of = (whose: Setting['of']) => read.filter(({ setting, value }) => setting.of === whose && value !== undefined);
  const optionsOf = (whose: Setting['of']) => Object.fromEntries(of(whose).map((s) => [s.setting.option, s.value]));
  const command: ServeOptions = optionsOf('command');
  return { inForce: read, server: optionsOf('server'), command: serveOptions.complete(command, '') };
}

type Given = Omit<SettingInForce, 'setting'>;

/** A variable that is there but empty says nothing, as where a composition passes on what it has not got itself. */
function givenFor(setting: Setting, flags: Flags, env: World['env']): Given {
  const { form, otherwise } = setting;
  const flag = flags[setting.flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
  const variable = env[variableOf(setting)];
  const read = (text: string | undefined) => ({ text, value: text === undefined ? undefined : form.read(text) });
  if (flag !== undefined) return { ...read(String(flag)), from: 'flag' };
  if (variable !== undefined && variable !== '') return { ...read(variable), from: 'variable' };
  return { ...read(otherwise), from: 'default' };
}

function mistakeIn(setting: Setting, value: unknown, from: SettingInForce['from'], text: string | undefined): string[] {
  try {
    if (setting.of === 'server') faultServerSettings({ [setting.option]: value });
    else serveOptions.check({ [setting.option]: value });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    const name = from === 'flag' ? flagOf(setting) : variableOf(setting);
    return [`${name} ${setting.form.rule(error.rule)}, but got ${show(text)}`];
  }
}
