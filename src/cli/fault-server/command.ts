import { Command, Option } from 'commander';
import type { World } from '../world.js';
import { configJson, configText } from './config-info.js';
import { configurationFrom, type Flags } from './configuration.js';
import { misspeltVariables } from './misspelt.js';
import { flagOf, type Setting, settings, variableOf } from './settings.js';

const notes = `
Each flag can be given as a variable as well; flags beat variables, variables beat defaults.
Bare numbers of times are seconds; '250ms', '2s' and '1m' work too.`;

/** `holdfast fault-server`: serves, or tells what it would go by. */
export function faultServerCommand(world: World): Command {
  const serve = withSettings(new Command('serve'))
    .description(
      'listen until SIGTERM or SIGINT, or until the pipe to its input is closed; prints a line of JSON with the URL',
    )
    .addHelpText('after', notes)
    .action(async (flags: Flags) => {
      const configuration = configurationFrom(flags, world.env);
      const { serve } = await import('./serve.js');
      await serve(configuration, world);
    });
  const info = withSettings(new Command('config-info'))
    .description('print what is in force, and where each setting comes from')
    .option('--json', 'as JSON')
    .addHelpText('after', notes)
    .action((flags: Flags) => {
      for (const warning of misspeltVariables(world.env)) world.err(`warning: ${warning}\n`);
      const configuration = configurationFrom(flags, world.env);
      world.out(flags.json ? configJson(configuration) : configText(configuration));
    });
  return new Command('fault-server').addCommand(serve).addCommand(info);
}

function withSettings(command: Command): Command {
  for (const setting of settings) command.addOption(optionFor(setting));
  return command;
}

function optionFor(setting: Setting): Option {
  const { form, about, otherwise = 'none' } = setting;
  return new Option(
    `${flagOf(setting)} ${form.placeholder}`,
    `${about} [${variableOf(setting)}, default ${otherwise}]`,
  );
}
